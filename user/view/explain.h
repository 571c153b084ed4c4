/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <jansson.h>

struct map;

/*
 * explain - what a request for a URL gets, and why
 * @url:    with or without http:// or https://, as a user would type it
 * @method: of the request
 * @map:    NULL: no rule at all
 *
 * Returns a JSON object: "url", "scheme", "method", "steps" (each
 * normalisation: "part", "from", "to", "why"), "rules" (those that match, the
 * winner first: "rule" as a line, "fields", "wins", "why", and what
 * explain_parts.h has), "result" ("redirect", "gone", "ok", "pass", "miss" or
 * "refused"), "answer" (the exact bytes to an HTTP/1.1 request on a connection
 * that stays open) and "means" (explain_means.h, or null); or NULL with error_set(), also for a URL that no
 * client could send.
 */
json_t *explain(const char *url, const char *method, const struct map *map);

#endif
