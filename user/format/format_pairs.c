// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "fold.h"
#include "format_pairs.h"

/* The pair that begins at a text. */
static size_t pair_len(const char *text)
{
	return strcspn(text, "&");
}

/* The pair behind it, or the end; what a set ends in is none. */
static const char *pair_next(const char *text)
{
	text += pair_len(text);
	text += *text == '&';
	return *text == '*' && !text[1] ? text + 1 : text;
}

static bool pair_in(const char *query, const char *pair, size_t len, bool fold)
{
	const char *at = query + 1;

	for (; *at; at = pair_next(at))
		if (pair_len(at) == len &&
		    !fold_compare(at, len, pair, len, fold))
			return true;
	return false;
}

bool format_pairs_within(const char *query, const char *pairs, bool fold)
{
	const char *at = pairs + 1;

	for (; *at; at = pair_next(at))
		if (!pair_in(query, at, pair_len(at), fold))
			return false;
	return true;
}

void format_pairs_join(char *dst, const char *a, const char *b)
{
	a++;
	b++;
	*dst++ = '?';
	while (*a || *b) {
		size_t a_len = pair_len(a), b_len = pair_len(b), len;
		int which = !*a	  ? 1
			    : !*b ? -1
				  : fold_compare(a, a_len, b, b_len, false);
		const char *from = which > 0 ? b : a;

		len = which > 0 ? b_len : a_len;
		memcpy(dst, from, len);
		dst += len;
		*dst++ = '&';
		if (which <= 0)
			a = pair_next(a);
		if (which >= 0)
			b = pair_next(b);
	}
	strcpy(dst, "*");
}
