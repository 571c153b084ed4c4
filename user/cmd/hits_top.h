/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HITS_TOP_H
#define HITS_TOP_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hits_view.h"

struct rule;

/* Rules by their hits, most first; those of the same number as they came. */
struct hits_row {
	struct hits_of of;
	uint64_t order;
	uint16_t code;
	char *line;   /* the rule, as a line, or NULL */
	json_t *json; /* or as an object, with "hits" */
};

struct hits_top {
	bool json;
	uint64_t most; /* how many are kept; 0: all */
	uint64_t came;
	struct hits_row *rows;
	size_t count, room;
};

/* Add a rule: 0 or -ENOMEM with error_set(). */
int hits_top_add(struct hits_top *top, const struct rule *rule,
		 const struct hits_of *of);

/* Bring them in order, and drop those that are too many. */
void hits_top_sort(struct hits_top *top);

/* Accepts one that is all zero. */
void hits_top_free(struct hits_top *top);

#endif
