/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef UTF16_H
#define UTF16_H

#include <stdbool.h>
#include <stddef.h>

/* Room for a character's UTF-8. */
enum { UTF16_BYTES = 4 };

/* Whether bytes begin with the byte order mark of UTF-16 (RFC 2781 3.2); and
 * then whether the more significant byte comes first. */
bool utf16_marked(const void *bytes, size_t len, bool *big);

/*
 * utf16_next - the first character of bytes as UTF-8
 * @dst:   UTF16_BYTES of room
 * @end:   nothing comes behind them
 * @taken: receives how many bytes it is made of
 *
 * What is no character (half of a pair, half a unit) becomes one byte that is
 * no UTF-8. Returns the length of the UTF-8; 0 where more bytes are needed.
 */
size_t utf16_next(char *dst, const void *bytes, size_t len, bool big, bool end,
		  size_t *taken);

#endif
