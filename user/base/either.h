/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EITHER_H
#define EITHER_H

#include <stddef.h>
#include <string.h>

/* Where the first of two bytes is, or len. Lines of millions of rules are looked
 * through so: that is several times as fast as byte by byte. */
static inline size_t either_at(const char *text, size_t len, char a, char b)
{
	const char *at;

	if (!len)
		return 0;
	at = memchr(text, a, len);
	if (at)
		len = at - text;
	at = memchr(text, b, len);
	return at ? (size_t)(at - text) : len;
}

#endif
