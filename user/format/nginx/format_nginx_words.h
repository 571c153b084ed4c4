/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_WORDS_H
#define FORMAT_NGINX_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "lines.h"

struct format_file;
struct format_read;

/* How a directive ends. */
enum nginx_end {
	NGINX_END = ';',
	NGINX_OPEN = '{',
	NGINX_CLOSE = '}', /* without words */
};

/*
 * nginx's configuration, directive by directive: words with quotes and
 * backslashes, a ';' or a block behind them. All zero but read and file is the
 * begin of one.
 */
struct nginx_words {
	struct format_read *read;
	struct format_file *file;
	/* the directive's; each has a NUL behind it */
	char **word;
	size_t count;
	enum nginx_end end;
	unsigned long at; /* of its first word; of its end where it has none */
	/* Comment lines come as directives that begin with '#', in one word. */
	bool comments;
	/* private */
	struct line line;
	unsigned long line_at;
	size_t pos; /* in the line; behind its end: the next one is due */
	bool open;  /* there is a line */
	char *text;
	size_t len, text_room;
	size_t *begins;
	size_t begin_room, word_room;
};

/*
 * nginx_words_next - read the next directive
 *
 * What the file ends within is noted as an error. Returns 1, 0 at the end, or
 * -errno with error_set().
 */
int nginx_words_next(struct nginx_words *words);

/* Accepts one that is all zero. */
void nginx_words_free(struct nginx_words *words);

#endif
