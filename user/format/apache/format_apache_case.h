/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_CASE_H
#define FORMAT_APACHE_CASE_H

#include <stdbool.h>
#include <stddef.h>

struct apache_cond;
struct apache_item;

enum { APACHE_CONDS = 16, APACHE_CASES = 64, APACHE_QUERY = 2048 };

/* One way in which all conditions of a rule are fulfilled. */
struct apache_case {
	const struct apache_cond *conds[APACHE_CONDS];
	size_t count;
	/* what was found of them */
	unsigned int schemes;
	const struct apache_cond *path; /* that the path must match */
	const struct apache_cond *nots[APACHE_CONDS]; /* must not */
	size_t not_count;
	const struct apache_cond *map;
	const struct apache_cond *last; /* whose groups "%1" are */
	char query[APACHE_QUERY];
	bool has_query, query_exact, query_loose, query_any_case;
	const char *reason; /* why it cannot be said, of cond */
	const struct apache_cond *cond;
};

struct apache_cases {
	struct apache_case *cases;
	size_t count;
	const char *reason;
};

/*
 * apache_cases - the cases of a rule's conditions
 *
 * Those that are joined by OR are cases each. Returns 0, -ENOTSUP with
 * cases->reason, or -ENOMEM with error_set(); a case that rules cannot say has
 * a reason.
 */
int apache_cases(struct apache_cases *cases, const struct apache_item *item,
		 unsigned int schemes);

/* Accepts one that is all zero. */
void apache_cases_free(struct apache_cases *cases);

#endif
