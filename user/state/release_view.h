/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RELEASE_VIEW_H
#define RELEASE_VIEW_H

#include <stdint.h>

#include "live_file.h"

struct rule;
struct store;

/* One release as readers see it: nothing behind the live one, and no lock held
 * while they print. */
struct view {
	struct store *store; /* NULL: no release yet */
	struct state_live live;
	uint64_t release;
	uint64_t base;
	uint64_t rules;
};

#define VIEW_LIVE UINT64_MAX

/* Open a release; VIEW_LIVE: the live one. All return 0 or -errno with
 * error_set(). */
int view_open(struct view *view, const char *state, uint64_t release);

/* Call fn for each rule from <= source < until (NULL: no bound) in the order
 * of the sources. What fn returns if not 0 ends it and is returned. */
int view_each(const struct view *view, const char *from, const char *until,
	      int (*fn)(const struct rule *rule, void *arg), void *arg);

void view_close(struct view *view);

#endif
