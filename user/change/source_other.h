/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SOURCE_OTHER_H
#define SOURCE_OTHER_H

#include <stdbool.h>

struct rule;
struct ruleset;
struct ruleset_entry;

/*
 * Rules of one SOURCE of which one has case=ignore, so that they are stored in
 * different places: the spelling of the one with it is the other's.
 */

/* The stored source that a rule would have with the other case=. Returns as
 * rule_source_store(). */
int source_other_store(char *dst, const struct rule *rule);

/* Whether two rules, one with case=ignore, are that. */
bool source_other_is(const struct rule *a, const struct rule *b);

/* The first such rule for another one in a sorted set, or NULL. */
struct ruleset_entry *source_other_find(const struct ruleset *set,
					const struct rule *rule);

#endif
