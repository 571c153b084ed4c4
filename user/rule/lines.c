// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "input.h"
#include "limit.h"
#include "lines.h"
#include "utf8.h"

enum { LINES_CHUNK = 256 * 1024 };

/* line_find(): no line end within the limit */
enum { LINES_LONG = 2 };

static const char too_long[] = "line over 65536 bytes";
static const char more_too_long[] =
	"record over 65536 bytes; is a quote without its end?";

_Static_assert(LIMIT_LINE == 65536, "the texts above say so");

struct lines {
	struct input *input;
	bool started, ended;  /* the file */
	unsigned long number; /* of the next line */
	size_t start;	      /* of the line given last */
	size_t first;	      /* its first line's bytes, line end included */
	size_t next, end;     /* what is not given yet */
	char buffer[LIMIT_LINE + 2 + LINES_CHUNK];
};

/* Read on behind what is buffered; the line at start moves to the front. */
static int lines_fill(struct lines *lines)
{
	ssize_t n;

	memmove(lines->buffer, lines->buffer + lines->start,
		lines->end - lines->start);
	lines->next -= lines->start;
	lines->end -= lines->start;
	lines->start = 0;
	n = input_read(lines->input, lines->buffer + lines->end, LINES_CHUNK);
	if (n < 0)
		return n;
	lines->end += n;
	lines->ended = !n;
	return 0;
}

static int lines_start(struct lines *lines)
{
	int err = lines_fill(lines);

	if (err)
		return err;
	lines->started = true;
	if (lines->end >= 3 && !memcmp(lines->buffer, "\xef\xbb\xbf", 3))
		lines->next = 3;
	return 0;
}

/*
 * Find the line end behind the first from bytes of the line at start. Returns
 * 1 with *len up to it, 0 with *len up to the file's end, LINES_LONG, or
 * -errno.
 */
static int line_find(struct lines *lines, size_t from, size_t *len)
{
	int err;

	for (;;) {
		const char *begin = lines->buffer + lines->start;
		const char *found;

		*len = lines->end - lines->start;
		found = memchr(begin + from, '\n', *len - from);
		if (found) {
			*len = found - begin;
			return 1;
		}
		if (*len > LIMIT_LINE + 1)
			return LINES_LONG;
		if (lines->ended)
			return 0;
		from = *len;
		err = lines_fill(lines);
		if (err)
			return err;
	}
}

/* Drop the rest of a line that is too long, its line end included. */
static int line_skip(struct lines *lines)
{
	char *found = NULL;
	int err;

	while (!found && !lines->ended) {
		lines->start = lines->next = lines->end;
		err = lines_fill(lines);
		if (err)
			return err;
		found = memchr(lines->buffer, '\n', lines->end);
	}
	lines->next = found ? (size_t)(found + 1 - lines->buffer) : lines->end;
	return 0;
}

static int refuse(const char **reason, const char *text)
{
	*reason = text;
	return -EINVAL;
}

static int line_check(const char *text, size_t len, const char **reason)
{
	if (memchr(text, '\0', len))
		return refuse(reason, "a NUL byte");
	if (!utf8_valid(text, len))
		return refuse(reason, "not UTF-8");
	return 0;
}

int lines_open(struct lines **out, const char *path)
{
	struct lines *lines;
	int err;

	lines = malloc(sizeof(*lines));
	if (!lines)
		return error_sys(-ENOMEM, "cannot open %s", path);
	memset(lines, 0, offsetof(struct lines, buffer));
	lines->number = 1;
	err = input_open(&lines->input, path);
	if (err)
		lines_close(lines);
	else
		*out = lines;
	return err;
}

int lines_peek(struct lines *lines, const char **text, size_t *len, bool *whole)
{
	int err = lines->started ? 0 : lines_start(lines);

	*text = lines->buffer + lines->next;
	*len = lines->end - lines->next;
	*whole = lines->ended || lines->end < LINES_CHUNK;
	return err;
}

ssize_t lines_bytes(struct lines *lines, void *dst, size_t size)
{
	int err = lines->started ? 0 : lines_start(lines);
	size_t have = lines->end - lines->next;

	if (err)
		return err;
	if (!have)
		return input_read(lines->input, dst, size);
	if (have > size)
		have = size;
	memcpy(dst, lines->buffer + lines->next, have);
	lines->next += have;
	lines->start = lines->next;
	return have;
}

int lines_next_any(struct lines *lines, struct line *line, const char **reason)
{
	size_t len;
	int got;

	got = lines->started ? 0 : lines_start(lines);
	if (got < 0)
		return got;
	lines->start = lines->next;
	line->number = lines->number;
	got = line_find(lines, 0, &len);
	if (got < 0)
		return got;
	if (!got && !len)
		return 0;
	lines->number++;
	if (got == LINES_LONG) {
		got = line_skip(lines);
		return got ? got : refuse(reason, too_long);
	}
	lines->first = len + got;
	lines->next = lines->start + lines->first;
	line->text = lines->buffer + lines->start;
	line->len = len;
	if (len && line->text[len - 1] == '\r')
		line->len--;
	return line->len > LIMIT_LINE ? refuse(reason, too_long) : 1;
}

int lines_next(struct lines *lines, struct line *line, const char **reason)
{
	int got = lines_next_any(lines, line, reason);

	if (got == 1 && line_check(line->text, line->len, reason))
		return -EINVAL;
	return got;
}

int lines_more(struct lines *lines, struct line *line, const char **reason)
{
	size_t from = lines->next - lines->start, len, taken;
	int got;

	got = line_find(lines, from, &len);
	line->text = lines->buffer + lines->start;
	if (got < 0 || (!got && len == from))
		return got;
	taken = len + got;
	if (len > from && line->text[len - 1] == '\r')
		len--;
	if (got == LINES_LONG || len > LIMIT_LINE)
		return refuse(reason, more_too_long);
	if (line_check(line->text + from, len - from, reason))
		return -EINVAL;
	lines->number++;
	lines->next = lines->start + taken;
	line->len = len;
	return 1;
}

void lines_back(struct lines *lines, const struct line *line)
{
	lines->next = lines->start + lines->first;
	lines->number = line->number + 1;
}

const char *lines_name(const struct lines *lines)
{
	return input_name(lines->input);
}

void lines_close(struct lines *lines)
{
	if (!lines)
		return;
	input_close(lines->input);
	free(lines);
}
