/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CODE_MEANING_H
#define CODE_MEANING_H

#include <stdint.h>

/*
 * What a status means for whoever gets it, as phrases. What becomes of methods
 * is what 17 clients do, measured (detour-codes(7)); of crawlers it is what
 * search engines say of themselves.
 */
struct code_meaning {
	uint16_t status;
	const char *crawlers; /* "search engines ..." */
	/* What becomes of a request, to follow "a GET ..." and so on. */
	const char *get;   /* GET and HEAD */
	const char *post;  /* POST */
	const char *other; /* any other method */
};

/* Of 301, 302, 303, 307, 308 or 410; NULL for another. */
const struct code_meaning *code_meaning(uint16_t status);

/* The one of them for a method. */
const char *code_meaning_method(const struct code_meaning *meaning,
				const char *method);

/* "caches ...": what they do with an answer that has this max-age, in text or
 * constant. */
enum { CODE_MEANING_TEXT = 80 };
const char *code_meaning_caches(char text[CODE_MEANING_TEXT], uint32_t max_age);

#endif
