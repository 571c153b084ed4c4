// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "format_file.h"
#include "format_nginx_words.h"
#include "format_read.h"

/* The next character; '\n' at a line's end, 0 at the file's. */
static int peek(struct nginx_words *words, char *c)
{
	int got;

	while (!words->open || words->pos > words->line.len) {
		got = format_line(words->read, words->file, &words->line,
				  &words->line_at);
		*c = '\0';
		words->open = got > 0;
		if (got <= 0)
			return got;
		words->pos = 0;
	}
	*c = words->pos == words->line.len ? '\n'
					   : words->line.text[words->pos];
	return 1;
}

static int byte_add(struct nginx_words *words, char c)
{
	if (words->len == words->text_room &&
	    array_grow(&words->text, &words->text_room, words->len + 1, 1))
		return error_sys(-ENOMEM, "cannot read the file");
	words->text[words->len++] = c;
	return 0;
}

static const bool quoted_ends[256] = {['"'] = 1, ['\''] = 1, ['\\'] = 1};
static const bool plain_ends[256] = {
	[' '] = 1, ['\t'] = 1, ['\r'] = 1, [';'] = 1,
	['{'] = 1, ['$'] = 1,  ['\\'] = 1};

/* Add what stands up to any of some characters, which stay. */
static int run_add(struct nginx_words *words, const bool is[256])
{
	const char *from = words->line.text + words->pos;
	const unsigned char *at = (const unsigned char *)from;
	size_t left = words->line.len - words->pos, n = 0;

	while (n + 4 <= left &&
	       !(is[at[n]] | is[at[n + 1]] | is[at[n + 2]] | is[at[n + 3]]))
		n += 4;
	while (n < left && !is[at[n]])
		n++;
	if (array_grow(&words->text, &words->text_room, words->len + n + 1, 1))
		return error_sys(-ENOMEM, "cannot read the file");
	memcpy(words->text + words->len, from, n);
	words->len += n;
	words->pos += n;
	return 0;
}

static int word_begin(struct nginx_words *words)
{
	if (array_grow(&words->begins, &words->begin_room, words->count + 1,
		       sizeof(*words->begins)))
		return error_sys(-ENOMEM, "cannot read the file");
	if (!words->count)
		words->at = words->line_at;
	words->begins[words->count++] = words->len;
	return 0;
}

/* A backslash and what is behind it. */
static int escape_add(struct nginx_words *words)
{
	char c;
	int got;

	words->pos++;
	got = peek(words, &c);
	if (got <= 0)
		return got;
	words->pos++;
	switch (c) {
	case '"':
	case '\'':
	case '\\':
		return byte_add(words, c) ? -ENOMEM : 1;
	case 't':
		return byte_add(words, '\t') ? -ENOMEM : 1;
	case 'r':
		return byte_add(words, '\r') ? -ENOMEM : 1;
	case 'n':
		return byte_add(words, '\n') ? -ENOMEM : 1;
	default:
		return byte_add(words, '\\') || byte_add(words, c) ? -ENOMEM
								   : 1;
	}
}

/* Read up to the closing quote. */
static int quoted_read(struct nginx_words *words, char quote)
{
	char c;
	int got;

	words->pos++;
	while ((got = peek(words, &c)) > 0) {
		if (c != '\n' && run_add(words, quoted_ends))
			return -ENOMEM;
		got = peek(words, &c);
		if (got <= 0)
			break;
		if (c == quote) {
			words->pos++;
			return byte_add(words, '\0') ? -ENOMEM : 1;
		}
		if (c == '\\') {
			got = escape_add(words);
			if (got <= 0)
				break;
			continue;
		}
		words->pos++;
		if (byte_add(words, c))
			return -ENOMEM;
	}
	return got;
}

static bool ends_word(char c, bool variable)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ';' ||
	       (c == '{' && !variable);
}

static int plain_read(struct nginx_words *words)
{
	bool variable = false;
	char c;
	int got;

	while ((got = peek(words, &c)) > 0 && !ends_word(c, variable)) {
		if (!variable && c != '$' && c != '\\') {
			if (run_add(words, plain_ends))
				return -ENOMEM;
			continue;
		}
		variable = c == '$';
		if (c == '\\') {
			got = escape_add(words);
			if (got <= 0)
				return got;
			continue;
		}
		words->pos++;
		if (byte_add(words, c))
			return -ENOMEM;
	}
	if (got < 0)
		return got;
	return byte_add(words, '\0') ? -ENOMEM : 1;
}

/* A comment is the rest of its line. */
static int comment_read(struct nginx_words *words)
{
	size_t i;

	if (words->comments && !words->count) {
		if (word_begin(words))
			return -ENOMEM;
		for (i = words->pos; i < words->line.len; i++)
			if (byte_add(words, words->line.text[i]))
				return -ENOMEM;
		if (byte_add(words, '\0'))
			return -ENOMEM;
	}
	words->pos = words->line.len;
	return 1;
}

static int word_read(struct nginx_words *words, char c)
{
	if (word_begin(words))
		return -ENOMEM;
	return c == '"' || c == '\'' ? quoted_read(words, c)
				     : plain_read(words);
}

/* Read up to the directive's end. Returns 1 there. */
static int directive_read(struct nginx_words *words)
{
	char c;
	int got;

	while ((got = peek(words, &c)) > 0) {
		if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
			words->pos++;
		} else if (c == '#') {
			got = comment_read(words);
			words->end = NGINX_END;
			if (got > 0 && words->comments && words->count == 1 &&
			    words->text[words->begins[0]] == '#')
				return 1;
		} else if (c == ';' || c == '{' || c == '}') {
			words->end = c;
			words->pos++;
			if (!words->count)
				words->at = words->line_at;
			if (words->count || c != ';')
				return 1;
		} else {
			got = word_read(words, c);
		}
		if (got <= 0)
			break;
	}
	return got;
}

static int pointers_make(struct nginx_words *words)
{
	size_t i;

	if (array_grow(&words->word, &words->word_room, words->count + 1,
		       sizeof(*words->word)))
		return error_sys(-ENOMEM, "cannot read the file");
	for (i = 0; i < words->count; i++)
		words->word[i] = words->text + words->begins[i];
	words->word[words->count] = NULL;
	return 1;
}

int nginx_words_next(struct nginx_words *words)
{
	int got;

	words->count = words->len = 0;
	got = directive_read(words);
	if (got > 0)
		return pointers_make(words);
	if (!got && words->count)
		format_error(words->read, words->at, "line",
			     "the file ends within what begins here");
	return got;
}

void nginx_words_free(struct nginx_words *words)
{
	free(words->word);
	free(words->text);
	free(words->begins);
}
