// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <string.h>

#include "rule_error.h"
#include "rule_quoted.h"
#include "rule_text.h"

/* The closing quote; NULL without one. */
static const char *quote_find(const char *at, const char *end, bool *escapes)
{
	*escapes = false;
	for (; at < end && *at != '"'; at++) {
		if (*at != '\\')
			continue;
		*escapes = true;
		if (++at == end)
			break;
	}
	return at < end ? at : NULL;
}

static int escapes_check(const char *at, const char *end,
			 struct rule_error *error)
{
	struct rule_quote quote;

	for (; at < end; at++) {
		if (*at != '\\')
			continue;
		at++;
		if (*at != '"' && *at != '\\')
			return rule_fail(
				error, "line",
				"%s in quotes: only \\\" and \\\\ are escapes",
				rule_quote(&quote, at - 1, 2));
	}
	return 0;
}

static int unescape(struct rule_quoted_room *room, const char *at,
		    const char *end, size_t *len, struct rule_error *error)
{
	char *to = room->text + room->used;

	for (; at < end; at++) {
		if (*at == '\\')
			at++;
		if (room->used == sizeof(room->text))
			return rule_fail(error, "line",
					 "values with escapes are too long");
		room->text[room->used++] = *at;
	}
	*len = room->text + room->used - to;
	return 0;
}

/* What follows a closing quote without a blank between. */
static int end_check(const char *at, const char *end, size_t *taken,
		     struct rule_error *error)
{
	struct rule_quote quote;
	const char *stop = at;

	while (stop < end && !rule_text_blank(*stop))
		stop++;
	if (stop == at)
		return 0;
	*taken += stop - at;
	return rule_fail(error, "line", "%s directly behind a closing quote",
			 rule_quote(&quote, at, stop - at));
}

int rule_quoted_read(struct rule_quoted_room *room, const char *text,
		     size_t len, const char **value, size_t *value_len,
		     size_t *taken, struct rule_error *error)
{
	const char *begin = text + 1, *end = text + len, *stop;
	struct rule_quote quote;
	bool escapes;
	int err;

	*taken = len;
	stop = quote_find(begin, end, &escapes);
	if (!stop)
		return rule_fail(error, "line", "%s has no closing quote",
				 rule_quote(&quote, text, len));
	*taken = stop + 1 - text;
	err = end_check(stop + 1, end, taken, error);
	if (!err)
		err = escapes_check(begin, stop, error);
	*value = begin;
	*value_len = stop - begin;
	if (err || !escapes)
		return err;
	*value = room->text + room->used;
	return unescape(room, begin, stop, value_len, error);
}

char *rule_quoted_write(char *dst, const char *value, size_t len)
{
	size_t i;

	for (i = 0; i < len && !rule_text_blank(value[i]);)
		i++;
	if (i == len && *value != '"') {
		dst = mempcpy(dst, value, len);
		*dst = '\0';
		return dst;
	}
	*dst++ = '"';
	for (i = 0; i < len; i++) {
		if (value[i] == '"' || value[i] == '\\')
			*dst++ = '\\';
		*dst++ = value[i];
	}
	*dst++ = '"';
	*dst = '\0';
	return dst;
}
