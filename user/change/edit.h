/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EDIT_H
#define EDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "ruleset.h"

struct rule;

/*
 * What a change does to the rules, in memory: those that come and those that
 * go. All zero is one that does nothing. Functions return 0 or -errno with
 * error_set().
 */
enum edit_mark {
	EDIT_SAME, /* live already, as it is */
	EDIT_ADDED,
	EDIT_CHANGED,
};

struct edit_cursor {
	const struct ruleset *set;
	size_t next;
	bool changes; /* only what is not live as it is */
};

struct edit {
	struct ruleset rules; /* with their marks; none twice */
	struct ruleset gone;  /* live rules that are removed or changed */
	uint64_t added, removed, changed, same;
	bool whole; /* rules are all rules of the release, sorted */
	bool shows; /* print the change itself, before what it made */
	struct edit_cursor all; /* where the compiling thread is */
};

/* Add a rule; change a rule from old, also to another place in the order
 * (rule_order.h); remove a rule. The texts
 * are copied. */
int edit_add(struct edit *edit, const struct rule *rule);
int edit_change(struct edit *edit, const struct rule *old,
		const struct rule *rule);
int edit_remove(struct edit *edit, const struct rule *old);

/* Add a rule that is live as it is. */
int edit_keep(struct edit *edit, const struct rule *rule);

/* Sort both sets. */
int edit_sort(struct edit *edit);

/* Accepts one that is all zero. */
void edit_free(struct edit *edit);

#endif
