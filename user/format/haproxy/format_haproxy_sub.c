// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "format_haproxy_expr.h"
#include "format_haproxy_sub.h"

/* An expression that is taken apart. */
struct sub_regex {
	char literal[1024];
	size_t len;
	bool begin, end;
	bool rest; /* "(.*)" behind it */
	bool fold, all;
};

/* The literal; behind it "(.*)" or '$', or nothing. */
static int literal_read(struct sub_regex *regex, const char *text)
{
	while (*text && !strchr("$(", *text)) {
		bool escaped = *text == '\\' && text[1];

		text += escaped;
		if (escaped ? isalnum((unsigned char)*text) != 0
			    : strchr(".[]*+?{}|)^\\", *text) != NULL)
			return -ENOTSUP;
		if (regex->len == sizeof(regex->literal))
			return -ENOTSUP;
		regex->literal[regex->len++] = *text++;
	}
	if (!strncmp(text, "(.*)", 4)) {
		regex->rest = true;
		text += 4;
	}
	if (*text == '$') {
		regex->end = !regex->rest;
		text++;
	}
	return *text || (regex->rest && !regex->begin) ? -ENOTSUP : 0;
}

static int regex_read(struct sub_regex *regex, const struct haproxy_sub *sub)
{
	const char *text = sub->regex;

	memset(regex, 0, sizeof(*regex));
	regex->fold = strchr(sub->flags, 'i') != NULL;
	regex->all = strchr(sub->flags, 'g') != NULL;
	regex->begin = *text == '^';
	return literal_read(regex, text + regex->begin);
}

/* What is put there, without the "\1" at its end that stands for the rest. */
static ssize_t with_len(const struct sub_regex *regex, const char *with)
{
	size_t len = strlen(with);

	if (regex->rest) {
		if (len < 2 || strcmp(with + len - 2, "\\1") != 0)
			return -ENOTSUP;
		len -= 2;
	}
	return memchr(with, '\\', len) ? -ENOTSUP : (ssize_t)len;
}

static bool same(const struct sub_regex *regex, const char *text, size_t len)
{
	return regex->fold ? !strncasecmp(regex->literal, text, len)
			   : !strncmp(regex->literal, text, len);
}

/* Where the literal is in a text; NULL: nowhere. */
static const char *place_find(const struct sub_regex *regex, const char *text)
{
	size_t len = strlen(text), i;

	for (i = 0; i + regex->len <= len; i++)
		if ((!regex->begin || !i) &&
		    (!regex->end || i + regex->len == len) &&
		    same(regex, text + i, regex->len))
			return text + i;
	return NULL;
}

/* Whether what is not known of a text cannot matter. */
static bool known(const struct sub_regex *regex, const char *text)
{
	size_t len = strlen(text);

	if (!regex->begin || regex->end)
		return false;
	return len >= regex->len || !same(regex, text, len);
}

static ssize_t sub_once(char *dst, const char *text, bool open,
			const struct haproxy_sub *sub)
{
	struct sub_regex regex;
	const char *at;
	ssize_t with;
	int n;

	if (regex_read(&regex, sub) || !regex.len)
		return -ENOTSUP;
	with = with_len(&regex, sub->with);
	if (with < 0 || (regex.all && !regex.begin))
		return -ENOTSUP;
	if (open && !known(&regex, text))
		return -ENOTSUP;
	at = place_find(&regex, text);
	if (at)
		n = snprintf(dst, HAPROXY_SUB_SIZE, "%.*s%.*s%s",
			     (int)(at - text), text, (int)with, sub->with,
			     at + regex.len);
	else
		n = snprintf(dst, HAPROXY_SUB_SIZE, "%s", text);
	return n < HAPROXY_SUB_SIZE ? n : -ENOTSUP;
}

ssize_t haproxy_sub_all(char *dst, const char *text, bool open,
			const struct haproxy_sub *subs)
{
	char from[HAPROXY_SUB_SIZE];
	ssize_t len = snprintf(dst, HAPROXY_SUB_SIZE, "%s", text);

	for (; len >= 0 && len < HAPROXY_SUB_SIZE && subs; subs = subs->next) {
		memcpy(from, dst, len + 1);
		len = sub_once(dst, from, open, subs);
	}
	return len < HAPROXY_SUB_SIZE ? len : -ENOTSUP;
}
