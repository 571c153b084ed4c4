// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "format_caddy_words.h"
#include "format_file.h"
#include "format_read.h"
#include "format_text.h"

/* Reading the words of a file, line by line. */
struct reading {
	struct caddy_words *words;
	struct format_read *read;
	struct format_text text; /* of a word that goes on */
	struct caddy_word word;
	char quote; /* that it stands in, or '\0' */
	bool begun; /* there is a word */
	bool on;    /* the line goes on on the next one */
};

int caddy_words_add(struct caddy_words *words, const struct caddy_word *word,
		    const char *text, size_t len)
{
	struct caddy_word one = *word;

	one.text = strndup(text, len);
	if (!one.text || array_grow(&words->words, &words->room,
				    words->count + 1, sizeof(one))) {
		free(one.text);
		return error_sys(-ENOMEM, "cannot read the file");
	}
	words->words[words->count++] = one;
	return 0;
}

bool caddy_word_is(const struct caddy_word *word, const char *brace)
{
	return !word->quoted && !strcmp(word->text, brace);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static int word_end(struct reading *reading)
{
	struct format_text *text = &reading->text;
	int err = 0;

	if (reading->begun && text->full)
		format_error(reading->read, reading->word.at, "line",
			     "a word that is too long");
	else if (reading->begun)
		err = caddy_words_add(reading->words, &reading->word,
				      text->text, text->len);
	if (reading->begun)
		reading->word.first = false;
	reading->begun = reading->word.quoted = false;
	format_text_begin(text);
	return err;
}

static void word_begin(struct reading *reading, unsigned long at)
{
	if (!reading->begun)
		reading->word.at = at;
	reading->begun = true;
}

/* A character in quotes. Returns how many were read. */
static size_t quoted_read(struct reading *reading, const char *text, size_t len)
{
	if (*text == reading->quote) {
		reading->quote = '\0';
		return 1;
	}
	if (*text == '\\' && reading->quote == '"' && len > 1 &&
	    text[1] == '"') {
		format_text_raw(&reading->text, text + 1, 1);
		return 2;
	}
	format_text_raw(&reading->text, text, 1);
	return 1;
}

/* How much of a word stands for itself, whatever is behind it. */
static size_t run_len(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && !is_blank(text[n]) && text[n] != '\\')
		n++;
	return n ? n : 1;
}

static int line_read(struct reading *reading, const struct line *line,
		     unsigned long at)
{
	size_t i = 0;
	int err = 0;

	if (!reading->quote && !reading->on)
		reading->word.first = true;
	reading->on = false;
	while (i < line->len && !err) {
		char c = line->text[i];

		if (reading->quote) {
			i += quoted_read(reading, line->text + i,
					 line->len - i);
			if (!reading->quote)
				err = word_end(reading);
			continue;
		}
		if (c == '#' && !reading->begun)
			break;
		i++;
		if (is_blank(c)) {
			err = word_end(reading);
		} else if (c == '\\' && i == line->len) {
			reading->on = true;
		} else if ((c == '"' || c == '`') && !reading->begun) {
			word_begin(reading, at);
			reading->quote = c;
			reading->word.quoted = true;
		} else {
			size_t n =
				run_len(line->text + i - 1, line->len - i + 1);

			word_begin(reading, at);
			format_text_raw(&reading->text, line->text + i - 1, n);
			i += n - 1;
		}
	}
	if (reading->quote)
		format_text_raw(&reading->text, "\n", 1);
	else if (!err)
		err = word_end(reading);
	return err;
}

int caddy_words_read(struct caddy_words *words, struct format_read *read,
		     struct format_file *file)
{
	struct reading *reading = calloc(1, sizeof(*reading));
	unsigned long at;
	struct line line;
	int got, err = 0;

	if (!reading)
		return error_sys(-ENOMEM, "cannot read the file");
	reading->words = words;
	reading->read = read;
	while (!err && (got = format_line(read, file, &line, &at)))
		err = got < 0 ? got : line_read(reading, &line, at);
	if (!err && reading->quote) {
		format_error(read, reading->word.at, "line",
			     "a quote without its end");
		err = word_end(reading);
	}
	free(reading);
	return err;
}

void caddy_words_free(struct caddy_words *words)
{
	while (words) {
		struct caddy_words *next = words->next;
		size_t i;

		for (i = 0; i < words->count; i++)
			free(words->words[i].text);
		free(words->words);
		free(words);
		words = next;
	}
}
