/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOOP_BELOW_H
#define LOOP_BELOW_H

#include <stdbool.h>
#include <stddef.h>

#include "limit.h"

struct map;
struct rule;
struct ruleset;
struct ruleset_entry;

/*
 * The rules that lie below where a rule leads to, so that only some of its
 * requests come to them: a few, since a rule's time is not to grow with them.
 */
struct loop_below {
	const struct map *map;
	const struct ruleset *set;
	const struct ruleset_entry *own;
	size_t at;   /* the entry that is next */
	size_t len;  /* of what the sources begin with */
	size_t skip; /* of that, what is before the remainder */
	size_t host_len;
	unsigned int looked, found; /* entries of a host level; samples */
	bool one;		    /* a segment is all that is kept */
	char key[LIMIT_HOST + LIMIT_TARGET + 8]; /* what they begin with */
	char more[LIMIT_PATH + 1];
};

/*
 * loop_below_begin - begin with the rules that a rule of the set may lead to
 * @map:  of the set
 * @rule: the rule of the entry own
 * @host: of its target, as sources have it
 *
 * A rule leads below its target by its remainder, by a capture at the target's
 * end, or by a kept query. False where it does not.
 */
bool loop_below_begin(struct loop_below *below, const struct map *map,
		      const struct ruleset *set,
		      const struct ruleset_entry *own, const struct rule *rule,
		      const char *host, size_t host_len);

/* Let more be what is to stand there (loop_sample_make()) for the request to
 * come to the next of them. False behind the last one. */
bool loop_below_next(struct loop_below *below);

#endif
