/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_KEYS_H
#define FAST_KEYS_H

struct fast_instance;

/*
 * fast_keys_set - give an instance its cookie keys and its secret of timestamps
 * (cookie.h), from the kernel's generator
 *
 * Those that it has stay, since cookies of them are under way.
 * Returns 0 or -errno with error_set().
 */
int fast_keys_set(const struct fast_instance *instance);

/*
 * fast_keys_rotate - sign with a new key
 *
 * The one before goes on verifying, and the secret of timestamps stays. Does
 * nothing until three time slots after the last rotation, when no cookie of the
 * key before that one is valid any more. Returns 0 or -errno with error_set().
 */
int fast_keys_rotate(const struct fast_instance *instance);

#endif
