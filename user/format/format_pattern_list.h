/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_PATTERN_LIST_H
#define FORMAT_PATTERN_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "rule_pattern.h"
#include "rule_scheme.h"

struct rule;

/* More are not compared; a host may have 256 patterns. */
enum { FORMAT_PATTERNS = 1024 };

/*
 * Patterns and prefixes of a system whose first line counts, for what
 * format_order.h cannot compare: patterns with all else. All zero is an empty
 * one.
 */
struct format_pattern_list {
	struct format_pattern_item {
		unsigned long at;
		char *text; /* the source as it is written, without a query */
		size_t host_len;
		struct rule_pattern path;
		enum rule_scheme scheme;
		bool captures, hold;
	} * items;
	size_t count, room, captures;
};

/* Add a rule behind all others; one that is neither pattern nor prefix is
 * passed over. hold: it is no rule. Returns 0 or -ENOMEM with error_set(). */
int format_pattern_list_add(struct format_pattern_list *list,
			    const struct rule *rule, unsigned long at,
			    bool hold);

/* The position of a pattern that takes all requests of a rule, or 0. */
unsigned long format_pattern_list_before(const struct format_pattern_list *list,
					 const struct rule *rule);

/* Whether a pattern that is a rule does. */
bool format_pattern_list_takes(const struct format_pattern_list *list,
			       const struct rule *rule);

/* The position of one that takes some requests of a pattern or prefix, which
 * rules ask first; or 0. */
unsigned long format_pattern_list_meets(const struct format_pattern_list *list,
					const struct rule *rule);

/* Accepts one that is all zero, and makes it so. */
void format_pattern_list_free(struct format_pattern_list *list);

#endif
