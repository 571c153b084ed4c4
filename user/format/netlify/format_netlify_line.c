// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_base.h"
#include "format_netlify_line.h"

/* The next word; a comment is none. */
static struct format_piece word_next(struct format_piece *rest)
{
	struct format_piece word = format_word(rest);

	if (word.len && *word.text == '#')
		word.len = rest->len = 0;
	return word;
}

static bool is_place(struct format_piece word)
{
	return word.len &&
	       (*word.text == '/' || format_absolute(word.text, word.len));
}

static bool is_pair(struct format_piece word)
{
	return memchr(word.text, '=', word.len) != NULL;
}

/* "301" and "301!". */
static bool is_code(struct format_piece word)
{
	size_t len = word.len && word.text[word.len - 1] == '!' ? word.len - 1
								: word.len;
	size_t i;

	for (i = 0; i < len; i++)
		if (word.text[i] < '0' || word.text[i] > '9')
			return false;
	return len == 3;
}

/* The code and the conditions behind the target. */
static int rest_read(struct netlify_line *line, struct format_piece word,
		     struct format_piece *rest, const char **reason)
{
	if (is_code(word)) {
		line->force = word.text[word.len - 1] == '!';
		line->code = word;
		line->code.len = 3;
		word = word_next(rest);
	}
	for (line->conditions = word; word.len; word = word_next(rest)) {
		if (!is_pair(word)) {
			*reason = "neither a code nor a condition";
			return -EINVAL;
		}
		line->conditions.len =
			word.text + word.len - line->conditions.text;
	}
	return 1;
}

int netlify_line_read(struct netlify_line *line, const char *text, size_t len,
		      const char **reason)
{
	struct format_piece rest = {text, len}, word;

	*line = (struct netlify_line){.from = word_next(&rest)};
	if (!line->from.len)
		return 0;
	*reason = "neither a path nor a URL begins it";
	if (!is_place(line->from))
		return -EINVAL;
	for (word = word_next(&rest); word.len && !is_place(word);
	     word = word_next(&rest)) {
		/* a code without a target: a rewrite to itself */
		if (is_code(word) && *word.text == '2')
			break;
		*reason =
			"neither a target nor a parameter is behind the source";
		if (!is_pair(word))
			return -EINVAL;
		if (line->pair_count < NETLIFY_PAIRS)
			line->pairs[line->pair_count] = word;
		line->pair_count++;
	}
	*reason = "no target";
	if (!word.len)
		return -EINVAL;
	line->to = is_code(word) ? line->from : word;
	if (!is_code(word))
		word = word_next(&rest);
	return rest_read(line, word, &rest, reason);
}
