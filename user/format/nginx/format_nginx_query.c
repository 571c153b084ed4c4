// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "format_nginx_query.h"
#include "format_nginx_tell.h"
#include "format_text.h"

/* Take one of some texts off, which end with NULL. */
static bool begin_cut(const char **text, const char *const *texts)
{
	for (; *texts; texts++)
		if (!strncmp(*text, *texts, strlen(*texts))) {
			*text += strlen(*texts);
			return true;
		}
	return false;
}

static bool end_is(const char *text, const char *const *texts)
{
	for (; *texts; texts++)
		if (!strcmp(text, *texts))
			return true;
	return false;
}

static const char *const pair_begins[] = {"(^|&)", "(?:^|&)", "(&|^)",
					  "(?:&|^)", NULL};
static const char *const pair_ends[] = {"(&|$)", "(?:&|$)", "($|&)", "(?:$|&)",
					NULL};

/*
 * Read an expression of one literal: "^a=b$", "(^|&)a=b(&|$)". Returns false
 * for any other one.
 */
static bool literal_read(const char *regex, struct format_text *literal,
			 bool *pair)
{
	format_text_begin(literal);
	*pair = begin_cut(&regex, pair_begins);
	if (!*pair && *regex++ != '^')
		return false;
	for (; *regex; regex++) {
		if (*pair && end_is(regex, pair_ends))
			return literal->len;
		if (!*pair && !strcmp(regex, "$"))
			return literal->len;
		if (*regex == '\\' && ispunct((unsigned char)regex[1]))
			regex++;
		else if (strchr("\\^$.[]|()?*+{}", *regex))
			return false;
		format_text_raw(literal, regex, 1);
	}
	return false;
}

/* A text that a query is compared with, as a source has it. */
struct wanted {
	char text[LIMIT_LINE];
	size_t name; /* "name=" before the value */
	bool pair;   /* one of the query's pairs */
};

static bool wanted_make(struct wanted *wanted, const struct nginx_query *query)
{
	static __thread struct format_text literal, text;

	wanted->pair = query->name;
	format_text_begin(&literal);
	if (!query->regex)
		format_text_raw(&literal, query->value, strlen(query->value));
	else if (!literal_read(query->value, &literal, &wanted->pair))
		return false;
	if (query->name && query->regex && wanted->pair)
		return false;
	wanted->pair |= query->name != NULL;
	format_text_begin(&text);
	if (query->name) {
		format_text_url(&text, query->name, strlen(query->name));
		format_text_raw(&text, "=", 1);
	}
	wanted->name = text.len;
	format_text_url(&text, literal.text, literal.len);
	if (!literal.len || text.len >= sizeof(wanted->text) ||
	    (wanted->pair && strchr(literal.text, '&')))
		return false;
	strcpy(wanted->text, text.text);
	return true;
}

static bool same(const struct nginx_query *query, const char *a, const char *b,
		 size_t len)
{
	return query->fold ? !strncasecmp(a, b, len) : !strncmp(a, b, len);
}

/* A query that is known. */
static enum nginx_query_is known_ask(const struct nginx_query *query,
				     const struct wanted *wanted,
				     const char *text, size_t len, bool more)
{
	size_t want = strlen(wanted->text);

	if (!wanted->pair)
		return more ? NGINX_QUERY_UNKNOWN
		       : len == want && same(query, text, wanted->text, len)
			       ? NGINX_QUERY_ALL
			       : NGINX_QUERY_NONE;
	while (len) {
		const char *end = memchr(text, '&', len);
		size_t n = end ? (size_t)(end - text) : len;

		if (n == want && same(query, text, wanted->text, n))
			return NGINX_QUERY_ALL;
		/* the first of a name is its value */
		if (wanted->name && n >= wanted->name &&
		    !strncasecmp(text, wanted->text, wanted->name))
			return NGINX_QUERY_NONE;
		n += end != NULL;
		text += n;
		len -= n;
	}
	return more ? NGINX_QUERY_SOME : NGINX_QUERY_NONE;
}

enum nginx_query_is nginx_query_part(struct nginx *nginx,
				     const struct nginx_query *query,
				     const struct format_region *region,
				     struct format_region *part)
{
	static __thread struct format_text path;
	static __thread struct wanted wanted;
	size_t len = strlen(region->path), at = strcspn(region->path, "?");
	enum nginx_query_is is;
	bool more = false;

	if (!wanted_make(&wanted, query))
		return NGINX_QUERY_UNKNOWN;
	if (region->kind == FORMAT_REGION_QUERY) {
		more = len > 2 && !strcmp(region->path + len - 2, "&*");
		len -= more ? 2 : 0;
		is = known_ask(query, &wanted, region->path + at + 1,
			       len - at - 1, more);
		if (is != NGINX_QUERY_SOME)
			return is;
	} else if (region->kind != FORMAT_REGION_EXACT)
		return NGINX_QUERY_UNKNOWN;
	format_text_begin(&path);
	format_text_raw(&path, region->path, len);
	format_text_raw(&path, more ? "&" : "?", 1);
	format_text_raw(&path, wanted.text, strlen(wanted.text));
	if (wanted.pair)
		format_text_raw(&path, "&*", 2);
	*part = *region;
	part->kind = FORMAT_REGION_QUERY;
	part->path = nginx_text(nginx, path.text, path.len);
	return part->path ? NGINX_QUERY_SOME : NGINX_QUERY_UNKNOWN;
}

void nginx_query_tell(struct nginx *nginx, const struct nginx_query *query,
		      unsigned long at)
{
	nginx_tell(nginx, NGINX_TOLD_RAW, at);
	if (query->fold)
		nginx_tell(nginx, NGINX_TOLD_QUERY_CASE, at);
}
