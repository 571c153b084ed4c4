/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PRIVILEGE_H
#define PRIVILEGE_H

/*
 * privilege_drop - become a user, with its groups, for good
 *
 * Returns 0 or -errno with error_set(): -ENOENT for an unknown user, -EPERM
 * when the way back was still open. All threads started later are bound, too.
 */
int privilege_drop(const char *user);

/*
 * privilege_seal - give up to map files for writing that others see
 *
 * For all threads that there are and will be, for good: then a descriptor that
 * passes through this process is none to write by. Returns 0 or -errno without
 * error_set(): -EOPNOTSUPP where the kernel does not know filters of system
 * calls.
 */
int privilege_seal(void);

#endif
