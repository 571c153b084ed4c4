/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EITHER_H
#define EITHER_H

#include <stddef.h>
#include <string.h>

/* Where the first of two bytes is, or len. Lines of millions of rules are looked
 * through so: that is several times as fast as byte by byte. */
static inline size_t either_at(const char *text, size_t len, char a, char b)
{
	enum { PIECE = 256 }; /* so far is looked for what may not be there */
	size_t from, n, end;
	const char *at;

	for (from = 0; from < len; from += n) {
		n = len - from < PIECE ? len - from : PIECE;
		at = memchr(text + from, a, n);
		end = at ? (size_t)(at - text) : from + n;
		at = memchr(text + from, b, end - from);
		if (at)
			return at - text;
		if (end < from + n)
			return end;
	}
	return len;
}

#endif
