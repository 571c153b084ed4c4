/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_LISTENER_CHECK_H
#define FAST_LISTENER_CHECK_H

#include <stdbool.h>
#include <stdint.h>

struct fast_listener_list;
struct fast_listener_place;

/*
 * fast_listener_check - whether what is served has listeners
 * @each: whether all of it needs one; else one does for each port
 *
 * Without each, a listener on :: or 0.0.0.0 will do: what addresses there are
 * may change. One of https or proxy does not count: the fast path leaves all to it.
 *
 * Returns 0, or -ENOTCONN with error_set() for the first port, and address,
 * that has none.
 */
int fast_listener_check(const struct fast_listener_list *list,
			const uint16_t *port, unsigned int ports,
			const struct fast_listener_place *place, bool each);

#endif
