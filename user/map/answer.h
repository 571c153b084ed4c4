/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ANSWER_H
#define ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "answer_text.h"
#include "limit.h"

struct map;
struct map_key;

/* Room that every answer fits in: Location is target, remainder and query, and
 * a host for the target's '*'. */
#define ANSWER_MAX \
	(LIMIT_TARGET + LIMIT_PATH + LIMIT_HOST + LIMIT_HEADER_BYTES + 512)

/* Write now as IMF-fixdate, ANSWER_DATE bytes, not terminated. */
void answer_date(char *dst, time_t now);

/*
 * answer_match - look a request up and write its answer
 * @out: ANSWER_MAX bytes
 * @map: NULL: no rule at all
 * @key: the request in normal form; its bytes are the same after the call
 *
 * Returns the answer's length, or 0 for a miss, a pass rule or one that is as
 * pass for this request (the caller answers 404 or proxies).
 */
size_t answer_match(char *out, const struct map *map, struct map_key *key,
		    const char *date, enum answer_close close);

/*
 * answer_rule - as answer_match(), for a rule that a lookup of key found
 * @code: receives the answer's status code, unless it is NULL or there is none
 */
size_t answer_rule(char *out, const struct map *map, uint32_t addr,
		   const struct map_key *key, const char *date,
		   enum answer_close close, int *code);

/*
 * answer_location - where a rule that a lookup of key found redirects to
 * @out: ANSWER_MAX bytes
 *
 * Returns the URL's length, or 0 where it is no redirect, or none for this
 * request.
 */
size_t answer_location(char *out, const struct map *map, uint32_t addr,
		       const struct map_key *key);

/* Whether a rule that a lookup of key found is pass, or as pass: its target
 * takes a host that the request does not give. */
bool answer_passes(const struct map *map, uint32_t addr,
		   const struct map_key *key);

/*
 * answer_status - write an answer without a rule: 400 404 405 408 414 421 431
 * 501 502 504 505 508, with Date and Content-Length: 0 (405 with Allow, RFC
 * 9110 15.5.6; the others no-store)
 * @out: ANSWER_MAX bytes
 *
 * Returns its length.
 */
size_t answer_status(char *out, int status, const char *date,
		     enum answer_close close);

#endif
