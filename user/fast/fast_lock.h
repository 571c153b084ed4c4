/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_LOCK_H
#define FAST_LOCK_H

#include <stdio.h>

/*
 * fast_lock - the right to change what is attached, and its addresses
 *
 * Apart from the state directory's lock, since draining takes its time. *out is
 * told if that is waited for longer than a second: who has it may stand still.
 * Returns a descriptor, whose close gives it back, or -errno with error_set():
 * -EWOULDBLOCK if another process has it and out is NULL.
 */
int fast_lock(const char *state, FILE *out);

#endif
