/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HTML_H
#define HTML_H

#include <stdint.h>
#include <stdio.h>

/*
 * html_text - write a text that came from outside, for an element or an
 *             attribute in quotes
 *
 * What would be markup is escaped; control characters and bytes that are no
 * UTF-8 become \xNN, characters that nobody sees (unseen.h) their names as
 * U+202E. NULL: nothing.
 */
void html_text(FILE *out, const char *text);

/* The same, with len bytes, NULs among them. */
void html_bytes(FILE *out, const char *text, size_t len);

/* 1,234,567 */
void html_number(FILE *out, int64_t number);

/* A size of memory: 142 MB. */
void html_size(FILE *out, int64_t bytes);

/* A time that was, in UTC, as a <time>. */
void html_time(FILE *out, int64_t when);

#endif
