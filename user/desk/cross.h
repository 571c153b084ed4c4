/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CROSS_H
#define CROSS_H

#include <stdbool.h>
#include <stddef.h>

/* A path as a source has it, in its stored form: with captures, and perhaps a
 * '*' at its end. */
struct cross_path {
	const char *text;
	size_t len;
};

enum { CROSS_MOST = 256 }; /* bytes of a path that is looked at */

/*
 * cross_find - a path that two patterns are both for
 * @example: CROSS_MOST * 2 bytes; receives it, terminated
 *
 * False: there is none, or one of them is longer than CROSS_MOST. Its steps are
 * as many as the product of both lengths.
 */
bool cross_find(char *example, const struct cross_path *a,
		const struct cross_path *b);

/* Whether a is for all paths that b is for, as a sample of them shows. */
bool cross_covers(const struct cross_path *a, const struct cross_path *b);

#endif
