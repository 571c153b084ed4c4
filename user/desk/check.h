/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>

#include "places.h"
#include "ruleset.h"
#include "warnings.h"

struct map;
struct rule;

/*
 * Looking for what is wrong with rules though they can be imported. Each kind
 * of it has a file of its own, check_KIND.c, with one function, which returns 0
 * or -errno with error_set(). Its time grows with the rules as their number
 * does.
 */
struct check {
	const struct map *map;	   /* of the release that has the rules */
	const struct ruleset *set; /* those that are looked at: sorted */
	struct warnings *warnings; /* what is found; its places are theirs */
	bool some; /* only what one rule alone is told of: loops, cost */
};

/* Where another rule stands, to follow its source in a sentence: " on line 3",
 * ", which is live,", or "" of a set without lines. NULL: not in the set. */
struct check_where {
	char text[sizeof(struct places_name) + 8];
};
const char *check_where(struct check_where *where, const struct check *check,
			const struct ruleset_entry *other);

/* A warning about an entry, of this kind; what else it tells may be added. */
struct warning check_about(const char *kind, const struct ruleset_entry *entry,
			   const struct rule *rule);

#endif
