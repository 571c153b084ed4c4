// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format_apache_case.h"
#include "format_apache_cond.h"
#include "format_apache_item.h"

/* Each case goes on with each of the conditions from one to another. */
static int cases_multiply(struct apache_cases *cases,
			  const struct apache_cond *from, size_t count)
{
	size_t old = cases->count, i, j;

	if (old * count > APACHE_CASES || cases->cases[0].count == APACHE_CONDS)
		return -ENOTSUP;
	for (j = count; j-- > 0;)
		for (i = 0; i < old; i++) {
			struct apache_case *to = &cases->cases[j * old + i];

			if (j)
				*to = cases->cases[i];
			to->conds[to->count++] = &from[j];
		}
	cases->count = old * count;
	return 0;
}

static void cannot(struct apache_case *one, const struct apache_cond *cond,
		   const char *reason)
{
	one->reason = reason;
	one->cond = cond;
}

static void query_look(struct apache_case *one, const struct apache_cond *cond)
{
	const char *reason = "two conditions of the query";

	one->query_any_case |= cond->nocase;
	if (one->has_query ||
	    apache_cond_query(cond, one->query, sizeof(one->query),
			      &one->query_exact, &one->query_loose, &reason))
		cannot(one, cond, reason);
	one->has_query = true;
}

static void path_look(struct apache_case *one, const struct apache_cond *cond)
{
	const char *pattern;

	if (apache_cond_not(cond, &pattern))
		one->nots[one->not_count++] = cond;
	else if (one->path)
		cannot(one, cond, "two conditions of the path");
	else if (*pattern == '-')
		cannot(one, cond, "a test of a file");
	else
		one->path = cond;
}

static void scheme_look(struct apache_case *one, const struct apache_cond *cond)
{
	const char *reason;
	int schemes = apache_cond_schemes(cond, &reason);

	if (schemes < 0)
		cannot(one, cond, reason);
	else
		one->schemes &= schemes;
}

static void cond_look(struct apache_case *one, const struct apache_cond *cond)
{
	const char *pattern;

	/* a text that is compared has no groups, and leaves those before it */
	if (!apache_cond_not(cond, &pattern) && !strchr("=<>-", *pattern))
		one->last = cond;
	switch (apache_cond_asks(cond)) {
	case APACHE_ASKS_HOST:
		break;
	case APACHE_ASKS_SCHEME:
		scheme_look(one, cond);
		break;
	case APACHE_ASKS_PATH:
		path_look(one, cond);
		break;
	case APACHE_ASKS_QUERY:
		query_look(one, cond);
		break;
	case APACHE_ASKS_MAP:
		if (one->map)
			cannot(one, cond, "two maps");
		one->map = cond;
		break;
	case APACHE_ASKS_NOTHING:
		break;
	case APACHE_ASKS_OTHER:
		cannot(one, cond, "rules cannot ask that");
		break;
	}
}

/* Conditions from one on that are joined by OR. */
static size_t joined(const struct apache_item *item, size_t from)
{
	size_t n = 1;

	while (item->conds[from + n - 1].or &&from + n < item->cond_count)
		n++;
	return n;
}

/* How many cases there are, or may be. */
static size_t cases_count(const struct apache_item *item)
{
	size_t count = 1, i, n;

	for (i = 0; i < item->cond_count && count <= APACHE_CASES; i += n) {
		n = joined(item, i);
		count *= n;
	}
	return count < APACHE_CASES ? count : APACHE_CASES;
}

int apache_cases(struct apache_cases *cases, const struct apache_item *item,
		 unsigned int schemes)
{
	size_t i, j, n;
	int err = 0;

	*cases = (struct apache_cases){.count = 1};
	cases->cases = calloc(cases_count(item), sizeof(*cases->cases));
	if (!cases->cases)
		return error_sys(-ENOMEM, "cannot read the file");
	for (i = 0; !err && i < item->cond_count; i += n) {
		n = joined(item, i);
		err = cases_multiply(cases, &item->conds[i], n);
	}
	cases->reason = "too many conditions";
	for (i = 0; !err && i < cases->count; i++) {
		cases->cases[i].schemes = schemes;
		for (j = 0; j < cases->cases[i].count; j++)
			cond_look(&cases->cases[i], cases->cases[i].conds[j]);
	}
	return err;
}

void apache_cases_free(struct apache_cases *cases)
{
	free(cases->cases);
	cases->cases = NULL;
}
