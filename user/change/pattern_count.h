/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PATTERN_COUNT_H
#define PATTERN_COUNT_H

#include <stdint.h>

struct edit;
struct ruleset_entry;
struct store;

/* How many a host may have without a warning. */
enum { PATTERN_COUNT_MANY = 64 };

/* Called for a host that would have more: the last pattern of those that come,
 * and how many the host would have. Returns 0 to go on, or -errno. */
typedef int pattern_many_fn(void *arg, const struct ruleset_entry *entry,
			    unsigned int count);

/*
 * pattern_count_each - find the hosts that an edit gives patterns, so that they
 * have many
 * @edit:  sorted, with its marks
 * @store: of the live release; NULL: no rules
 * @rows:  as store_rows() gives it
 *
 * Counted are those that come and those that are live and stay; the rules of
 * one for both schemes are one. Returns 0, what fn returned if that was not 0,
 * or -errno with error_set().
 */
int pattern_count_each(const struct edit *edit, struct store *store,
		       uint64_t rows, pattern_many_fn *fn, void *arg);

/* What is to be said of a host: that it is refused, with more than
 * LIMIT_PATTERNS, or a warning. Into text of PATTERN_COUNT_TEXT bytes. */
enum { PATTERN_COUNT_TEXT = 400 };
const char *pattern_count_text(char *text, const struct ruleset_entry *entry,
			       unsigned int count);

/*
 * pattern_count_check - whether an edit leaves all hosts at most LIMIT_PATTERNS
 * @warning: receives that of a host, or ""
 *
 * Returns -E2BIG with error_set() for the first host that has more; otherwise
 * as pattern_count_each().
 */
int pattern_count_check(const struct edit *edit, struct store *store,
			uint64_t rows, char warning[PATTERN_COUNT_TEXT]);

#endif
