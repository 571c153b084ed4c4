/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_ORDER_H
#define FORMAT_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format_pool.h"

struct rule;

/*
 * Of systems where the first of all lines that match counts, which lines are
 * never reached: those that an earlier, wider one takes all requests of. All
 * zero is an empty one.
 */
struct format_order {
	struct format_order_key {
		unsigned long at;
		const char *text; /* scheme, case and source */
	} * keys;
	struct format_order_slot {
		uint32_t hash, key; /* its number, from 1; 0: free */
	} * slots;
	struct format_pool pool; /* of the texts */
	size_t count, key_room, room;
	unsigned int kinds;	     /* of keys that there are, as bits */
	bool wide;		     /* some are of "*" or "*.name" */
	size_t longest;		     /* of the lengths */
	unsigned char lengths[8192]; /* of prefixes' paths that there are */
};

/*
 * format_order_before - what takes all requests of a rule before it
 *
 * Returns the position of an earlier rule that was added: of the same source, or
 * a prefix of any of its hosts ("name", "*.parent", "*") that its path begins
 * with; 0 if there is none.
 */
unsigned long format_order_before(const struct format_order *order,
				  const struct rule *rule);

/* Whether it knows a rule for one scheme alone. */
bool format_order_has_schemes(const struct format_order *order);

/* Add a rule, after what stands before it. Returns 0 or -ENOMEM with
 * error_set(). */
int format_order_add(struct format_order *order, const struct rule *rule,
		     unsigned long at);

/* Accepts one that is all zero. */
void format_order_free(struct format_order *order);

#endif
