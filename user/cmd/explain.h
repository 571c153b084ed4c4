/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <jansson.h>

struct map;
struct map_key;

/*
 * explain - what a request for a URL gets, and why
 * @url:    with or without http:// or https://, as a user would type it
 * @method: of the request
 * @map:    NULL: no rule at all
 *
 * Returns a JSON object: "url", "method", "steps" (each normalisation: "part",
 * "from", "to", "why"), "rules" (those that match, the winner first: "rule" as
 * a line, "wins", "why"), "result" ("redirect", "gone", "pass", "miss" or
 * "refused") and "answer" (the exact bytes to an HTTP/1.1 request on a
 * connection that stays open); or NULL with error_set(), also for a URL that no
 * client could send.
 */
json_t *explain(const char *url, const char *method, const struct map *map);

/*
 * explain_key - bring the URL of a request to normal form
 * @status: receives that of the answer that refuses the request, or 0
 * @steps:  NULL, or the array that takes the steps
 *
 * The key is all zero, or of an earlier call. Returns 0, or -EINVAL with
 * error_set() for a URL that no client could send.
 */
int explain_key(struct map_key *key, int *status, const char *url,
		const char *method, json_t *steps);

/* Whether a client could send it, whatever is live: 0, or -EINVAL with
 * error_set(). */
int explain_url(const char *url, const char *method);

#endif
