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

#endif
