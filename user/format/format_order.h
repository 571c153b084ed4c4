/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_ORDER_H
#define FORMAT_ORDER_H

#include <stdbool.h>
#include <stddef.h>

struct rule;

/*
 * Of systems where the first of all lines that match counts, which lines are
 * never reached: those that an earlier, wider one takes all requests of. All
 * zero is an empty one.
 */
struct format_order {
	struct format_order_slot {
		unsigned long at;
		char *key; /* scheme, case and source; NULL: free */
	} * slots;
	size_t count, room;
	unsigned int kinds;	     /* of keys that there are, as bits */
	bool wide;		     /* some are of "*" or "*.name" */
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

/* Add a rule, after what stands before it. Returns 0 or -ENOMEM with
 * error_set(). */
int format_order_add(struct format_order *order, const struct rule *rule,
		     unsigned long at);

/* Accepts one that is all zero. */
void format_order_free(struct format_order *order);

#endif
