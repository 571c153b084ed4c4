/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PATTERN_SEARCH_H
#define PATTERN_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limit.h"

/* Bytes in a path in normal form, of which an escape is one. */

/* A text to look into, in lower case with ignore_case. */
struct pattern_text {
	const uint8_t *byte;
	size_t len;
	bool ignore_case;
};

/* Whether no escape lies across an offset of a text. */
bool pattern_boundary(const uint8_t *text, size_t at);

/* Whether a literal stands at an offset of a text. */
bool pattern_stands(const struct pattern_text *text, size_t at,
		    const uint8_t *literal, size_t len);

/*
 * The search for a literal in a text, from an end down, in steps
 * linear in what it walks over (Knuth, Morris and Pratt 1977).
 */
struct pattern_search {
	const struct pattern_text *text;
	const uint8_t *literal;
	size_t len;
	size_t at;	/* how far down the text it has got */
	size_t matched; /* bytes of the literal's end that stand there */
	uint16_t back[LIMIT_PATH + 1];
};

/* Begin a search for occurrences that end at or before an offset. */
void pattern_search(struct pattern_search *search,
		    const struct pattern_text *text, const uint8_t *literal,
		    size_t len, size_t end);

/* Where the next occurrence begins that begins at low or behind it; -1: there
 * is none. An empty literal occurs once, at the end. */
int pattern_search_next(struct pattern_search *search, size_t low);

#endif
