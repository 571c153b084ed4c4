/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_ROUTE_H
#define FAST_ROUTE_H

#include <stdbool.h>
#include <stdint.h>

enum { FAST_ROUTE_DEVICES = 16 }; /* of one route */

/* What the kernel has for a destination. */
struct fast_route {
	bool local;	      /* it is this host's */
	unsigned int bits;    /* of the prefix that it goes by, 0 to 128 */
	unsigned int devices; /* 0: there is no way */
	uint32_t device[FAST_ROUTE_DEVICES]; /* by index: where it may leave */
};

/*
 * fast_route_ask - the kernel's route, policy rules minded; nothing is sent
 * @to:   IPv4 as ::ffff:a.b.c.d
 * @from: the source address, of the same family, or NULL
 * @vrf:  the index of a VRF, or 0
 *
 * Returns 0; no way is no error, nor is a source that is not this host's.
 */
int fast_route_ask(struct fast_route *route, const uint8_t to[16],
		   const uint8_t *from, uint32_t vrf);

#endif
