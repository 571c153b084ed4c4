/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HITS_VIEW_H
#define HITS_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "hits_gather.h"

struct rule;

/* All hits of a state directory by rule, as they are at one moment. */
struct hits_view;

/* Those of a rule that was answered with one code. */
struct hits_code {
	uint16_t code;	   /* as a rule has it */
	uint64_t count[2]; /* by enum hits_class */
};

enum { HITS_CODES = 10 };

struct hits_of {
	uint64_t count[2];   /* in all */
	int64_t first, last; /* Unix time; 0: never */
	unsigned int codes;  /* how many follow */
	struct hits_code code[HITS_CODES];
};

/*
 * hits_view_open - read them, where they are saved and where they are counted
 * @missed: as of hits_gather()
 *
 * Nothing is written. Returns 0 or -errno with error_set().
 */
int hits_view_open(struct hits_view **view, const char *state,
		   hits_missed_fn *missed, void *arg);
void hits_view_close(struct hits_view *view); /* accepts NULL */

/* When counting began, Unix time. */
int64_t hits_view_since(const struct hits_view *view);

/* What a rule has; all zero for one that nobody asked for. */
void hits_view_find(const struct hits_view *view, const struct rule *rule,
		    struct hits_of *of);

#endif
