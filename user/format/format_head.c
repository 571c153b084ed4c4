// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include <strings.h>

#include "either.h"
#include "format_head.h"

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct format_piece trimmed(struct format_piece piece)
{
	for (; piece.len && blank(*piece.text); piece.len--)
		piece.text++;
	while (piece.len && blank(piece.text[piece.len - 1]))
		piece.len--;
	return piece;
}

bool format_head_line(const struct format_head *head, size_t *at, char comment,
		      struct format_piece *line)
{
	while (*at < head->len) {
		const char *begin = head->text + *at;
		const char *end = memchr(begin, '\n', head->len - *at);

		if (!end && !head->whole)
			return false;
		if (!end)
			end = head->text + head->len;
		*at = end + 1 - head->text;
		*line = trimmed((struct format_piece){begin, end - begin});
		if (line->len && (!comment || *line->text != comment))
			return true;
	}
	return false;
}

struct format_piece format_word(struct format_piece *line)
{
	struct format_piece word = trimmed(*line);
	size_t len = either_at(word.text, word.len, ' ', '\t');

	len = either_at(word.text, len, '\r', ' ');
	line->text = word.text + len;
	line->len = word.len - len;
	word.len = len;
	return word;
}

bool format_is(struct format_piece piece, const char *text)
{
	return piece.len == strlen(text) &&
	       !memcmp(piece.text, text, piece.len);
}

bool format_is_like(struct format_piece piece, const char *text)
{
	return piece.len == strlen(text) &&
	       !strncasecmp(piece.text, text, piece.len);
}

bool format_begins(struct format_piece piece, const char *text)
{
	size_t len = strlen(text);

	return piece.len >= len && !memcmp(piece.text, text, len);
}

bool format_named(const struct format_head *head, const char *end)
{
	size_t len = strlen(head->path), end_len = strlen(end);

	if (len >= 3 && !strcasecmp(head->path + len - 3, ".gz"))
		len -= 3;
	return len >= end_len &&
	       !strncasecmp(head->path + len - end_len, end, end_len);
}
