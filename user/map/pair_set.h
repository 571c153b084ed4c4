/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PAIR_SET_H
#define PAIR_SET_H

#include <stdbool.h>
#include <stddef.h>

struct pair_list;

/* Whether a compiled set (rule_pairs.h) from a file is sound: pairs of bytes
 * that a query in normal form has, sorted, none empty or there twice, in lower
 * case with ignore_case; at most LIMIT_PATH bytes. */
bool pair_set_check(const char *set, size_t len, bool ignore_case);

/*
 * pair_set_match - whether a request has each pair of a set
 * @set:   compiled; of one that is not sound the result does not matter, but
 *         nothing is read outside of it
 * @query: the pairs of the request's query in normal form, sorted, with the
 *         ignore_case that the set was compiled with (pair_list.h)
 *
 * A request without a query has no pairs. Without an allocation; for each pair
 * of the set the logarithm of the query's.
 */
bool pair_set_match(const char *set, size_t len, const struct pair_list *query);

/*
 * pair_set_rest - what of a query that a set matches is kept
 * @dst:   query_len bytes of room; may be query
 * @set:   compiled, sound
 * @query: in the normal form of requests, without its '?'
 *
 * Every pair that equals one of the set is left out; the others, empty ones,
 * too, are written in their order with '&' between them. Returns the length; at
 * 0 nothing is kept, no '?' either. Without an allocation, 16 KiB of stack.
 */
size_t pair_set_rest(char *dst, const char *set, size_t set_len,
		     const char *query, size_t query_len, bool ignore_case);

#endif
