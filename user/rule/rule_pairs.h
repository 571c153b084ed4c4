/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_PAIRS_H
#define RULE_PAIRS_H

#include <stdbool.h>
#include <stddef.h>

struct rule_error;

/*
 * Queries of sources that are a set of pairs: "a=1&b=2&*", each of which is to
 * be among a request's.
 *
 * Normal form: that of other sources' queries, the pairs sorted by bytes, with
 * the final "&*". With ignore_case they are sorted in lower case, and none is
 * there in two spellings; so a rule whose case= changes is to be read again. It
 * is its own normal form.
 *
 * Compiled: the pairs as requests have them, with '*' for "%2A", in lower case
 * with ignore_case; sorted by these bytes, '&' between them. What requests are
 * compared with (pair_set.h).
 */

/* Whether a query, as written or in normal form, without its '?', is to be read
 * as a set of pairs. */
bool rule_pairs_is(const char *query, size_t len);

/*
 * rule_pairs_read - bring a set of pairs to normal form
 * @dst:  cap + 2 bytes of room, not terminated
 * @cap:  how long the pairs may be without the final "&*", at most LIMIT_PATH
 * @text: rule_pairs_is() of it; has passed rule_text_check()
 *
 * Returns its length, or -EINVAL with *error filled: for a pair that is empty
 * or there twice, another '*', a brace.
 */
int rule_pairs_read(char *dst, size_t cap, const char *text, size_t len,
		    bool ignore_case, struct rule_error *error);

/* A set in normal form, and whether its rule has case=ignore. */
struct rule_pairs {
	const char *text;
	size_t len;
	bool ignore_case;
};

/*
 * rule_pairs_compare - which of two sets of one path is asked first
 *
 * More pairs, then the one without ignore_case, then the bytes without the
 * final "&*". Returns less than 0 when it is a, more for b, 0 when they are the
 * same.
 */
int rule_pairs_compare(const struct rule_pairs *a, const struct rule_pairs *b);

/* Write the compiled form, which is shorter; dst does not overlap the set's
 * text. Returns its length. */
size_t rule_pairs_compile(char *dst, const struct rule_pairs *pairs);

#endif
