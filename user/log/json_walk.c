// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "json_walk.h"
#include "request_escape.h"

enum { DEPTH = 16, PATH_ROOM = 256 };

struct walk {
	char *at, *end;
	const struct json_wanted *wanted;
	char path[PATH_ROOM];
	const char *wrong;
};

static bool fail(struct walk *walk, const char *why)
{
	if (!walk->wrong)
		walk->wrong = why;
	return false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The next byte that is no blank; '\0' at the end. */
static char next_byte(struct walk *walk)
{
	while (walk->at < walk->end && is_blank(*walk->at))
		walk->at++;
	return walk->at < walk->end ? *walk->at : '\0';
}

static bool pass(struct walk *walk, char c, const char *why)
{
	if (next_byte(walk) != c)
		return fail(walk, why);
	walk->at++;
	return true;
}

/* Pass a string; its bytes are in *string with their escapes. */
static bool string_pass(struct walk *walk, struct format_piece *string)
{
	char *begin, *quote, *back;

	if (!pass(walk, '"', "no JSON: a name in quotes is missing"))
		return false;
	begin = quote = walk->at;
	for (;; quote++) {
		quote = memchr(quote, '"', walk->end - quote);
		if (!quote)
			return fail(walk, "no JSON: a string does not end");
		for (back = quote; back > begin && back[-1] == '\\'; back--)
			;
		if ((quote - back) % 2 == 0)
			break;
	}
	*string = (struct format_piece){begin, quote - begin};
	walk->at = quote + 1;
	return true;
}

static struct format_piece string_undo(struct format_piece string)
{
	/* It points into the line, which is ours to change. */
	string.len = request_escape_json((char *)string.text, string.len);
	return string;
}

/* Pass an object or array with all that it holds. */
static bool brackets_pass(struct walk *walk)
{
	struct format_piece string;
	size_t depth = 0;

	while (walk->at < walk->end) {
		char c = *walk->at;

		if (c == '"') {
			if (!string_pass(walk, &string))
				return false;
			continue;
		}
		walk->at++;
		if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && !--depth)
			return true;
	}
	return fail(walk, "no JSON: it is cut off");
}

/* Whether a byte may be one of a number, true, false or null. */
static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' ||
	       c == '+' || c == '.' || c == 'E';
}

static bool word_pass(struct walk *walk, struct format_piece *word)
{
	char *begin = walk->at;

	while (walk->at < walk->end && is_word(*walk->at))
		walk->at++;
	*word = (struct format_piece){begin, walk->at - begin};
	return word->len || fail(walk, "no JSON: a value is missing");
}

static bool object_walk(struct walk *walk, size_t path_len, unsigned int depth);

static bool value_walk(struct walk *walk, size_t path_len, unsigned int depth)
{
	const struct json_wanted *wanted = walk->wanted;
	struct format_piece path = {walk->path, path_len}, value;
	char first = next_byte(walk);

	if (first == '{' && depth < DEPTH && wanted->enters(wanted->arg, path))
		return object_walk(walk, path_len, depth + 1);
	if (first == '{' || first == '[')
		return brackets_pass(walk);
	if (first == '"') {
		if (!string_pass(walk, &value))
			return false;
		value = string_undo(value);
	} else if (!word_pass(walk, &value)) {
		return false;
	}
	if (path_len)
		wanted->take(wanted->arg, path, value, first == '"');
	return true;
}

/* A member's name goes behind a path. Returns the length of that; 0: it is too
 * long for any that is wanted. */
static size_t path_add(struct walk *walk, size_t len, struct format_piece name)
{
	if (name.len + len + 1 > PATH_ROOM)
		return 0;
	if (len)
		walk->path[len++] = '.';
	memcpy(walk->path + len, name.text, name.len);
	return len + name.len;
}

static bool object_walk(struct walk *walk, size_t path_len, unsigned int depth)
{
	struct format_piece name;
	size_t len;

	if (!pass(walk, '{', "no JSON object"))
		return false;
	if (next_byte(walk) == '}') {
		walk->at++;
		return true;
	}
	for (;;) {
		if (!string_pass(walk, &name) ||
		    !pass(walk, ':', "no JSON: no ':' behind a name"))
			return false;
		len = path_add(walk, path_len, string_undo(name));
		if (!value_walk(walk, len, depth))
			return false;
		if (next_byte(walk) == '}')
			break;
		if (!pass(walk, ',',
			  "no JSON: neither ',' nor '}' behind a value"))
			return false;
	}
	walk->at++;
	return true;
}

const char *json_walk(char *text, size_t len, const struct json_wanted *wanted)
{
	struct walk walk = {.at = text, .end = text + len, .wanted = wanted};

	if (object_walk(&walk, 0, 0) && next_byte(&walk))
		fail(&walk, "something behind the JSON object");
	return walk.wrong;
}
