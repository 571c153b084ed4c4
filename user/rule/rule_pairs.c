// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "fold.h"
#include "limit.h"
#include "pair_list.h"
#include "rule_error.h"
#include "rule_pairs.h"
#include "rule_url.h"
#include "uri.h"

static const char field[] = "source";

enum { STAR_LEN = 2 /* "&*" */ };

bool rule_pairs_is(const char *query, size_t len)
{
	return len >= STAR_LEN &&
	       !memcmp(query + len - STAR_LEN, "&*", STAR_LEN);
}

/* What no pair may hold, in pairs as they are written. */
static int check_bytes(const char *text, size_t len, struct rule_error *error)
{
	if (memchr(text, '*', len))
		return rule_fail(
			error, field,
			"'*' stands in a query only as its final '&*'; write %%2A for a literal one");
	if (memchr(text, '{', len) || memchr(text, '}', len))
		return rule_fail(
			error, field,
			"captures stand in the path; write %%7B and %%7D for literal braces");
	return 0;
}

/* Refuse pairs that are empty, of a text in normal form. */
static int check_empty(const char *text, size_t len, struct rule_error *error)
{
	if (len && text[0] != '&' && text[len - 1] != '&' &&
	    !memmem(text, len, "&&", 2))
		return 0;
	return rule_fail(error, field,
			 "an empty pair: two '&', or one at an end");
}

static int check_twice(const struct pair_list *list, struct rule_error *error)
{
	struct rule_quote quote;
	uint32_t i;

	if (!pair_list_unsorted(list, &i))
		return 0;
	return rule_fail(error, field, "the pair %s stands there twice",
			 rule_quote(&quote, list->text + list->pair[i].at,
				    list->pair[i].len));
}

int rule_pairs_read(char *dst, size_t cap, const char *text, size_t len,
		    bool ignore_case, struct rule_error *error)
{
	struct pair_list list;
	char pairs[LIMIT_PATH];
	ssize_t n;
	int err;

	len -= STAR_LEN;
	err = check_bytes(text, len, error);
	if (err)
		return err;
	n = uri_query(pairs, cap, text, len, URI_STRICT);
	if (n < 0)
		return rule_url_fail(error, field, n, text, len);
	pair_list_fill(&list, pairs, n, ignore_case);
	pair_list_sort(&list);
	err = check_empty(pairs, n, error);
	if (!err)
		err = check_twice(&list, error);
	if (err)
		return err;
	n = pair_list_write(dst, &list);
	memcpy(dst + n, "&*", STAR_LEN);
	return n + STAR_LEN;
}

static size_t pair_count(const struct rule_pairs *pairs)
{
	size_t n = 0, i;

	for (i = 0; i < pairs->len; i++)
		n += pairs->text[i] == '&';
	return n;
}

int rule_pairs_compare(const struct rule_pairs *a, const struct rule_pairs *b)
{
	size_t a_count = pair_count(a), b_count = pair_count(b);

	if (a_count != b_count)
		return a_count > b_count ? -1 : 1;
	if (a->ignore_case != b->ignore_case)
		return a->ignore_case - b->ignore_case;
	return fold_compare(a->text, a->len - STAR_LEN, b->text,
			    b->len - STAR_LEN, a->ignore_case);
}

size_t rule_pairs_compile(char *dst, const struct rule_pairs *pairs)
{
	size_t i = 0, n = 0, len = pairs->len - STAR_LEN;
	struct pair_list list;
	char text[LIMIT_PATH];

	while (i < len) {
		if (len - i >= 3 && !memcmp(pairs->text + i, "%2A", 3)) {
			text[n++] = '*';
			i += 3;
		} else {
			text[n++] =
				fold_byte(pairs->text[i++], pairs->ignore_case);
		}
	}
	pair_list_fill(&list, text, n, false);
	pair_list_sort(&list);
	return pair_list_write(dst, &list);
}
