/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HITS_UNUSED_H
#define HITS_UNUSED_H

#include <stdbool.h>
#include <stdint.h>

#include "json.h"
#include "ruleset.h"

struct hits_of;
struct rule;

/*
 * Rules that nobody asked for, as a list that `detour del -` takes. Rules come in
 * their order, so that those of one source come together: one that has others
 * beside it that are used is a comment.
 */
struct hits_unused {
	int64_t since; /* those that were not seen from then on; 0: never */
	bool json;
	struct json_list list;
	struct ruleset same;   /* of one source; marked: used */
	uint64_t rules, count; /* that came, and those that are not used */
};

/* Take a rule, and print what came before it. 0 or -errno with error_set(). */
int hits_unused_take(struct hits_unused *unused, const struct rule *rule,
		     const struct hits_of *of);

/* Print what is left, and free it. */
int hits_unused_end(struct hits_unused *unused);

#endif
