/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOP_TERMINAL_H
#define TOP_TERMINAL_H

#include <stddef.h>

/*
 * The terminal while a view has all of it: another screen, without a cursor and
 * without the echo of keys. However the command ends but by SIGKILL, it is as it
 * was before.
 */

/* Take it: standard input and output. Returns 0 or -errno with error_set(). */
int top_terminal_open(void);
void top_terminal_close(void);

struct top_size {
	int rows, columns;
};

/* How large it is by now; something usual where it does not say. */
struct top_size top_terminal_size(void);

/*
 * top_terminal_show - show lines in place of what was there
 * @lines: UTF-8, without control characters but the newlines; one that begins
 *	   with TOP_HEADING is a heading
 *
 * What is too long or too much is cut.
 */
void top_terminal_show(const char *lines);
enum { TOP_HEADING = 1 };

/* Wait for a key, for so many ms: the byte, or one of these. */
enum top_key {
	TOP_KEY_NONE = 256,
	TOP_KEY_RESIZED, /* another size, or it was stopped for a while */
	TOP_KEY_END,	 /* a signal, or there are no keys any more */
};
int top_terminal_key(int ms);

#endif
