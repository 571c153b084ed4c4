/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RELEASE_VIEW_H
#define RELEASE_VIEW_H

#include <stdint.h>
#include <stdio.h>

#include "live_file.h"

struct rule;
struct store;

/* One release as readers see it: nothing behind the live one, and no lock held
 * while they print. */
struct release_view {
	struct store *store; /* NULL: no release yet */
	struct live_file live;
	uint64_t release;
	uint64_t rows;
	uint64_t rules;
};

#define RELEASE_VIEW_LIVE UINT64_MAX

/* Open a release; RELEASE_VIEW_LIVE: the live one. What is put right for it is
 * said on out, as release_read() does. All return 0 or -errno with
 * error_set(). */
int release_view_open(struct release_view *view, const char *state,
		      uint64_t release, FILE *out);

/* Call fn for each rule from <= source < until (NULL: no bound) in the order
 * of the sources. What fn returns if not 0 ends it and is returned. */
int release_view_each(const struct release_view *view, const char *from,
		      const char *until,
		      int (*fn)(const struct rule *rule, void *arg), void *arg);

/* Accepts one that could not be opened. */
void release_view_close(struct release_view *view);

#endif
