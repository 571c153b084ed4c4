/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PATTERN_COUNT_H
#define PATTERN_COUNT_H

#include <stdint.h>

struct edit;
struct ruleset_entry;
struct store;

/* Called for a host that would have too many patterns: the last of those that
 * come, and how many the host would have. Returns 0 to go on, or -errno. */
typedef int pattern_over_fn(void *arg, const struct ruleset_entry *entry,
			    unsigned int count);

/*
 * pattern_count_each - find the hosts that an edit gives more than
 * LIMIT_PATTERNS patterns
 * @edit:  sorted, with its marks
 * @store: of the live release; NULL: no rules
 * @rows:  as store_rows() gives it
 *
 * Counted are those that come and those that are live and stay; the rules of
 * one for both schemes are one. Returns 0, what fn returned if that was not 0,
 * or -errno with error_set().
 */
int pattern_count_each(const struct edit *edit, struct store *store,
		       uint64_t rows, pattern_over_fn *fn, void *arg);

/* The same, and -E2BIG with error_set() for the first of them. */
int pattern_count_check(const struct edit *edit, struct store *store,
			uint64_t rows);

/* What is to be said of such a host: into text of PATTERN_COUNT_TEXT bytes. */
enum { PATTERN_COUNT_TEXT = 400 };
const char *pattern_count_text(char *text, const struct ruleset_entry *entry,
			       unsigned int count);

#endif
