/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REHEARSE_ANSWER_H
#define REHEARSE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"

struct map;
struct map_key;

/* What a map answers to a request. */
struct rehearse_answer {
	uint32_t rule; /* its address; 0: none is for the request */
	bool lower;    /* the rule is of the lower map */
	bool moves;    /* it redirects, or says 410 */
	int code;      /* 404 where no rule answers, or a fallback would */
	const char *location; /* not terminated */
	size_t location_len;  /* 0: there is none */
	char bytes[ANSWER_MAX];
};

/* Ask a map (NULL: no rules at all). */
void rehearse_answer(struct rehearse_answer *answer, const struct map *map,
		     struct map_key *key);

/* Whether code and Location are the same. */
bool rehearse_answer_same(const struct rehearse_answer *a,
			  const struct rehearse_answer *b);

#endif
