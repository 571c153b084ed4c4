/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef UNSEEN_H
#define UNSEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Characters that nobody sees in what they type or paste: blanks but for the
 * plain one, what has no width, control characters beyond ASCII, and what
 * changes the direction or the look of others.
 *
 * Variation selectors, the joiners U+200C and U+200D and the tags of flags are
 * no such where they belong: behind a letter or picture outside ASCII, joiners
 * between two of them, tags behind U+1F3F4.
 */
struct unseen {
	uint32_t code;
	size_t number;	    /* which character of the text it is, from 1 */
	size_t at;	    /* its first byte */
	unsigned int bytes; /* how many it has */
};

/* Find the first one in a text. What is no UTF-8 ends the search. */
bool unseen_find(struct unseen *unseen, const char *text, size_t len);

/* "U+00A0 NO-BREAK SPACE". */
struct unseen_name {
	char text[280];
};
const char *unseen_name(struct unseen_name *name, uint32_t code);

#endif
