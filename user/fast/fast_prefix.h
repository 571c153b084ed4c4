/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_PREFIX_H
#define FAST_PREFIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fastpath.h"

struct fast_instance;

/*
 * Prefixes of addresses that the fast path answers on, as the instance's map
 * has them, but for the interface's index. All functions return 0 or -errno
 * with error_set() unless said otherwise.
 */
struct fast_prefix_list {
	struct fast_prefix *prefix;
	size_t count, room;
};

enum { FAST_PREFIX_TEXT = 46 + 4 }; /* with the final NUL */

/*
 * fast_prefix_parse - add "ADDRESS/BITS", 1 to 31 bits of an IPv4 address, 1 to
 * 127 of an IPv6 address
 *
 * -EINVAL for bits behind the prefix, and for prefixes that have what no host
 * has: multicast, 0.0.0.0/8. One that is in the list is not added again.
 */
int fast_prefix_parse(struct fast_prefix_list *list, const char *text);

void fast_prefix_print(const struct fast_prefix *prefix,
		       char text[FAST_PREFIX_TEXT]);

/* The bits of the address itself: up to 128, IPv4 as ::ffff:a.b.c.d. */
unsigned int fast_prefix_bits(const struct fast_prefix *prefix);

/* Whether an address is in one of them. */
bool fast_prefix_has(const struct fast_prefix *prefix, const uint8_t addr[16]);

/* Accepts one that is all zero. */
void fast_prefix_free(struct fast_prefix_list *list);

#endif
