/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLAIN_PARTS_H
#define EXPLAIN_PARTS_H

#include <jansson.h>

struct map_key;
struct rule;

/*
 * explain_parts - what a rule takes from a request that it matches
 *
 * A pattern adds "captures" to the object: what stands for each name, and by
 * the name "*" for its final one. A set of pairs adds "consumed", the request's
 * pairs that equal one of its own, and "kept", the rest of the query, or null.
 */
void explain_parts(json_t *value, const struct rule *rule,
		   const struct map_key *key);

#endif
