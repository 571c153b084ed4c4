/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_PAIRS_H
#define FORMAT_PAIRS_H

#include <stdbool.h>

/*
 * Queries with their '?', as sources have them: of what is sent, "?a=1&b=2", or a
 * set of pairs, "?a=1&b=2&*", sorted.
 */

/* Whether all pairs of a set are in a query, or in another set. */
bool format_pairs_within(const char *query, const char *pairs, bool fold);

/* Put the pairs of two sets together, sorted and each once; dst has room for
 * both. */
void format_pairs_join(char *dst, const char *a, const char *b);

#endif
