/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a text is well-formed UTF-8 (RFC 3629: shortest form only, no
 * surrogates, nothing above U+10FFFF). */
bool utf8_valid(const char *text, size_t len);

/* The length of the character that a text begins with; 0 when it begins with
 * none. */
size_t utf8_length(const char *text, size_t len);

#endif
