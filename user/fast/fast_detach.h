/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_DETACH_H
#define FAST_DETACH_H

#include <stdio.h>

/*
 * fast_detach - take the fast path off an interface
 * @drain: seconds for connections that have begun; new ones are the kernel's
 * @out: is told that the lock is waited for, as state_lock() does
 *
 * The interface may be gone, the state directory, too. With the last one the
 * instance goes. Returns 0; -ENOENT with error_set() if it is not attached; or
 * -errno with error_set().
 */
int fast_detach(const char *state, const char *interface, unsigned int drain,
		FILE *out);

#endif
