// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "regex_class.h"

static int hex(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* "\x" with one or two digits. */
static int byte_hex(const char **at, const char *end)
{
	const char *next = *at + 1;
	int value = 0, digits;

	for (digits = 0;
	     digits < 2 && next < end && isxdigit((unsigned char)*next);
	     digits++)
		value = value * 16 + hex(*next++);
	if (!digits)
		return -1;
	*at = next;
	return value;
}

int regex_byte(const char **at, const char *end)
{
	static const char letters[] = "tnrfe", bytes[] = "\t\n\r\f\033";
	const char *letter;
	unsigned char c;

	if (*at == end)
		return -1;
	c = **at;
	if (c == 'x')
		return byte_hex(at, end);
	letter = isalpha(c) ? strchr(letters, c) : NULL;
	if (letter)
		c = bytes[letter - letters];
	else if (isalnum(c))
		return -1;
	++*at;
	return c;
}

/* "[:name:]" within a class. */
static const char *named_add(struct regex_set *set, const char **at,
			     const char *end)
{
	const char *name = *at + 2, *close = name;
	struct regex_set part = {0};
	bool negated;

	while (close < end && *close != ':' && *close != ']')
		close++;
	if (end - close < 2 || close[0] != ':' || close[1] != ']')
		return "a class without its end";
	negated = name < close && *name == '^';
	if (!regex_set_named(&part, name + negated, close - name - negated))
		return "an unknown class";
	if (negated)
		regex_set_invert(&part);
	regex_set_join(set, &part);
	*at = close + 2;
	return NULL;
}

/* One byte of a class, or what an escape adds. Returns the byte; -1: added;
 * -2: it cannot be read. */
static int member_read(struct regex_set *set, const char **at, const char *end)
{
	int c = (unsigned char)*(*at)++;

	if (c != '\\')
		return c;
	if (*at == end)
		return -2;
	if (regex_set_escape(set, **at)) {
		++*at;
		return -1;
	}
	if (**at == 'b') {
		++*at;
		return '\b';
	}
	c = regex_byte(at, end);
	return c < 0 ? -2 : c;
}

static const char *member_add(struct regex_set *set, const char **at,
			      const char *end)
{
	int from = member_read(set, at, end), to = from;

	if (from >= 0 && end - *at >= 2 && **at == '-' && (*at)[1] != ']') {
		++*at;
		to = member_read(set, at, end);
		if (to == -1) {
			/* "a-\d": the '-' is one */
			regex_set_add(set, '-');
			to = from;
		} else if (to < from) {
			return "a range that ends before it begins";
		}
	}
	if (from < -1)
		return "an unknown escape in a class";
	if (from >= 0)
		regex_set_range(set, from, to);
	return NULL;
}

const char *regex_class(struct regex_set *set, const char **at, const char *end,
			bool fold)
{
	bool negated = *at < end && **at == '^', first = true;
	const char *why = NULL;

	*set = (struct regex_set){0};
	*at += negated;
	for (; !why && *at < end && (**at != ']' || first); first = false) {
		if (end - *at >= 2 && (*at)[0] == '[' && (*at)[1] == ':')
			why = named_add(set, at, end);
		else
			why = member_add(set, at, end);
	}
	if (why)
		return why;
	if (*at == end)
		return "a class without its end";
	++*at;
	if (fold)
		regex_set_fold(set);
	if (negated)
		regex_set_invert(set);
	return NULL;
}
