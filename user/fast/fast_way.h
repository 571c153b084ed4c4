/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_WAY_H
#define FAST_WAY_H

#include <stdbool.h>
#include <stdint.h>

#include "fast_address.h"
#include "fast_device.h"
#include "fast_note.h"
#include "fast_prefix.h"

/*
 * The way back. A reply leaves by the interface, and to the link-layer address,
 * that its packet came from; the kernel's leaves as the routes say. Where the
 * two differ (direct server return, asymmetric routes), the fast path's may
 * not arrive.
 */
struct fast_way {
	const struct fast_device_list *devices;
	const struct fast_device *device;
	uint32_t vrf; /* that it is a port of, or 0 */

	/* What was asked for; none: all of this host. */
	const struct fast_address_list *given;
	const struct fast_prefix_list *prefixes;
	bool force; /* do not refuse */
};

/*
 * fast_way_check - ask the routes, as they are now
 * @notes: receives what may be wrong
 *
 * Returns 0; -EXDEV with error_set() where an address is on no interface that
 * has packets, and replies from it leave by another interface; or -errno with
 * error_set().
 */
int fast_way_check(const struct fast_way *way, struct fast_notes *notes);

#endif
