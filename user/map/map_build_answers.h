/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_BUILD_ANSWERS_H
#define MAP_BUILD_ANSWERS_H

#include <stddef.h>
#include <stdint.h>

#include "map.h"

/* The prebuilt answers of a map while it is compiled: one per code and cache
 * policy, two for a pair of codes. Starts zeroed. */
struct map_answers {
	struct map_answer *answer;
	uint32_t count;
	size_t room;
	uint32_t *slot; /* hash table: index + 1 */
};

/*
 * map_answers_index - the answer of a code and max-age, made if it is new
 * @code:  as rules have it (rule_code.h)
 * @index: receives its number, of a pair that of the first; 0 for pass, which
 *         has no answer
 *
 * 0, -ENOMEM, or -EFBIG beyond 65,535 different ones, with error_set().
 */
int map_answers_index(struct map_answers *answers, uint16_t code,
		      uint32_t max_age, uint16_t *index);

/* Accepts one that is all zero. */
void map_answers_free(struct map_answers *answers);

#endif
