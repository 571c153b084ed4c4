/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_TURN_H
#define FORMAT_TURN_H

#include "format_order.h"
#include "format_pattern_list.h"
#include "format_read.h"

/*
 * Reading a system that tries its lines in turn, of which the first that a
 * request is for answers it. Between begin and end, what is given to a reading
 * is compared with what was given before: a rule that is never reached is left
 * out, and told; one that is reached by one scheme alone gets scheme=; where
 * rules would ask the later one of two first, that is told.
 */
struct format_turn {
	struct format_read *read;
	format_take_fn *take; /* read's own */
	void *arg;
	struct format_order order; /* all lines */
	struct format_order wide;  /* of the rules, those of many paths */
	struct format_pattern_list patterns;
	unsigned long any; /* the first line of host "*" */
	enum { FORMAT_TURN_RULE, FORMAT_TURN_HOLD, FORMAT_TURN_END } mode;
	struct format_turn_held {
		unsigned long at;
		char *source; /* as it is written */
		enum rule_scheme scheme;
		bool fold;
	} * held;
	size_t count, room;
};

/* turn is all zero. */
void format_turn_begin(struct format_turn *turn, struct format_read *read);

/*
 * format_turn_hold - a line that answers its requests with what is no redirect
 * @fields: its source, scheme and case
 *
 * Nothing is told of it. Where a later line is for these requests, too, they
 * get a rule with pass. Returns 0 or -errno with error_set().
 */
int format_turn_hold(struct format_turn *turn, unsigned long at,
		     const struct rule_fields *fields);

/* Give the rules with pass, if err is 0, and free all. Returns err, or -errno
 * with error_set(). */
int format_turn_end(struct format_turn *turn, int err);

#endif
