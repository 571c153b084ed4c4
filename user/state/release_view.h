/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RELEASE_VIEW_H
#define RELEASE_VIEW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "live_file.h"
#include "rule_range.h"
#include "ruleset.h"
#include "store_draft.h"

struct rule;
struct store;

/* One release or draft as readers see it: nothing behind the live one, and no
 * lock held while they print. */
struct release_view {
	struct store *store; /* NULL: no release yet */
	struct live_file live;
	uint64_t release; /* of a draft its base */
	uint64_t rows;
	uint64_t rules;
	struct store_draft draft; /* without a name: it is none */
};

#define RELEASE_VIEW_LIVE UINT64_MAX

/* Open a release; RELEASE_VIEW_LIVE: the live one. What is put right for it is
 * said on out, as release_read() does. All return 0 or -errno with
 * error_set(). */
int release_view_open(struct release_view *view, const char *state,
		      uint64_t release, FILE *out);

/* The same of a draft: -ENOENT if there is none of that name. */
int release_view_draft(struct release_view *view, const char *state,
		       const char *name, FILE *out);

/*
 * Go through the rules in their order (rule_order.h). All zero but for the view
 * and what is to come: from <= source < until (NULL: no bound).
 * release_view_next() returns 1 with a rule that is valid until the next call,
 * 0 at the end, or -errno: -EAGAIN for a draft that was changed meanwhile.
 */
struct release_view_walk {
	const struct release_view *view;
	const char *from, *until;
	struct ruleset page;
	size_t at;
	struct rule_range last;
	bool ended;
};
int release_view_next(struct release_view_walk *walk, struct rule *rule);
void release_view_end(struct release_view_walk *walk);

/* Call fn for each rule from <= source < until (NULL: no bound) in the order
 * of the sources. What fn returns if not 0 ends it and is returned. */
int release_view_each(const struct release_view *view, const char *from,
		      const char *until,
		      int (*fn)(const struct rule *rule, void *arg), void *arg);

/* Accepts one that could not be opened. */
void release_view_close(struct release_view *view);

#endif
