/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ACCESS_ESCAPE_H
#define ACCESS_ESCAPE_H

#include <stddef.h>

/*
 * Bytes that came from somebody, as a line of a log can hold them. Each writes
 * at most so many bytes for one, and returns where they end.
 */
enum { ACCESS_ESCAPE_MAX = 6 };

/* As nginx does: \xHH for control bytes, all beyond ASCII, '"' and '\'. */
char *access_escape_quoted(char *out, const char *text, size_t len);

/* The same, and for blanks: a word. */
char *access_escape_word(char *out, const char *text, size_t len);

/*
 * As a JSON string (RFC 8259 7), without its quotes. Control characters, and those
 * beyond ASCII that nobody sees (unseen.h), are \uHHHH: some programs end lines at
 * U+2028, and terminals turn text round. A byte that is no UTF-8 becomes the text
 * \xHH.
 */
char *access_escape_json(char *out, const char *text, size_t len);

#endif
