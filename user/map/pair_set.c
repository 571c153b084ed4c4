// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "limit.h"
#include "pair_list.h"
#include "pair_set.h"

static bool is_hex(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') ||
	       (c >= 'a' && c <= 'f');
}

static bool check_bytes(const char *set, size_t len, bool ignore_case)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = set[i];

		if (c <= 0x20 || c >= 0x7f || strchr("\"#'<>\\^`{|}", c))
			return false;
		if (ignore_case && c >= 'A' && c <= 'Z')
			return false;
		if (c == '%' &&
		    (len - i < 3 || !is_hex(set[i + 1]) || !is_hex(set[i + 2])))
			return false;
	}
	return true;
}

bool pair_set_check(const char *set, size_t len, bool ignore_case)
{
	struct pair_list list;
	uint32_t i;

	if (!len || len > LIMIT_PATH || set[0] == '&' || set[len - 1] == '&' ||
	    memmem(set, len, "&&", 2) || !check_bytes(set, len, ignore_case))
		return false;
	pair_list_fill(&list, set, len, false);
	return !pair_list_unsorted(&list, &i);
}

/* The length of the pair at an offset, up to the next '&' or the end. */
static size_t pair_len(const char *text, size_t len, size_t at)
{
	const char *and = memchr(text + at, '&', len - at);

	return (and? (size_t)(and-text) : len) - at;
}

bool pair_set_match(const char *set, size_t len, const struct pair_list *query)
{
	size_t at, n;

	for (at = 0; at < len; at += n + 1) {
		n = pair_len(set, len, at);
		if (!pair_list_has(query, set + at, n))
			return false;
	}
	return true;
}

size_t pair_set_rest(char *dst, const char *set, size_t set_len,
		     const char *query, size_t query_len, bool ignore_case)
{
	struct pair_list list;
	size_t at, len, n = 0;
	bool first = true;

	pair_list_fill(&list, set, set_len, ignore_case);
	for (at = 0; at <= query_len; at += len + 1) {
		len = pair_len(query, query_len, at);
		if (pair_list_has(&list, query + at, len))
			continue;
		if (!first)
			dst[n++] = '&';
		first = false;
		memmove(dst + n, query + at, len);
		n += len;
	}
	return n;
}
