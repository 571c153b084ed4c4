// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "format_haproxy_action.h"
#include "format_haproxy_put.h"
#include "format_haproxy_sub.h"
#include "format_haproxy_tell.h"
#include "format_region.h"

/* Whether a text has "%XX" at a place. */
static bool is_escape(const char *text, size_t left)
{
	return left >= 3 && isxdigit((unsigned char)text[1]) &&
	       isxdigit((unsigned char)text[2]);
}

/* What rules' own syntax is made of, and what no URL may hold, is escaped. */
void haproxy_put_text(struct haproxy_put *put, const char *text, size_t len)
{
	struct haproxy_target *target = put->target;
	size_t begin = 0, i;
	char escaped[4];

	if (len && *text != '#' && target->keep) {
		target->why = "something behind the query";
		return;
	}
	for (i = strcspn(text, "%*{} \t"); i < len;
	     i += 1 + strcspn(text + i + 1, "%*{} \t")) {
		if (text[i] == '%' && is_escape(text + i, len - i))
			continue;
		format_text_raw(&target->text, text + begin, i - begin);
		snprintf(escaped, sizeof(escaped), "%%%02X",
			 (unsigned char)text[i]);
		format_text_raw(&target->text, escaped, 3);
		begin = i + 1;
		haproxy_tell(put->haproxy, HAPROXY_TOLD_ESCAPE,
			     put->action->at);
	}
	format_text_raw(&target->text, text + begin, len - begin);
}

void haproxy_put_host(struct haproxy_put *put, const struct haproxy_expr *expr)
{
	struct haproxy_target *target = put->target;
	const char *host = put->region->host;
	char room[HAPROXY_SUB_SIZE];
	ssize_t len;

	haproxy_tell(put->haproxy, HAPROXY_TOLD_PORT, put->action->at);
	haproxy_tell(put->haproxy, HAPROXY_TOLD_HOST_PUT, put->action->at);
	if (*host != '*') {
		len = haproxy_sub_all(room, host, false, expr->subs);
		if (len < 0)
			target->why =
				"regsub() of more than a beginning or an end";
		else
			haproxy_put_text(put, room, len);
		return;
	}
	if (strcmp(target->text.text, "http://") != 0 &&
	    strcmp(target->text.text, "https://") != 0)
		target->why =
			"the host in another place than the target's host";
	else if (expr->subs)
		target->why = "regsub() of a host that is not known";
	else
		format_text_raw(&target->text, host, strlen(host));
}

/* The path of a region as a target has it: without a pattern's ":digits" and the
 * query. */
static size_t path_of(const struct format_region *region, char *path,
		      size_t size)
{
	size_t len = strlen(region->path), out = 0, i;

	if (region->kind == FORMAT_REGION_QUERY ||
	    region->kind == FORMAT_REGION_PAIRS)
		len = strcspn(region->path, "?");
	for (i = 0; i < len && out + 1 < size; i++) {
		if (region->kind == FORMAT_REGION_PATTERN &&
		    !strncmp(region->path + i, ":digits}", 8))
			i += 7;
		path[out++] = region->path[i];
	}
	path[out] = '\0';
	return out;
}

/* Whether its case may be another one in a request. */
static bool any_case(const struct format_region *region)
{
	const char *c;

	for (c = region->path; region->fold && *c; c++)
		if (isalpha((unsigned char)*c))
			return true;
	return false;
}

static void case_put(struct haproxy_put *put, const struct haproxy_expr *expr,
		     char *path, size_t len, bool rest)
{
	size_t i;

	if (!expr->lower && any_case(put->region))
		haproxy_tell(put->haproxy, HAPROXY_TOLD_PATH_CASE,
			     put->action->at);
	if (expr->lower && rest)
		put->target->why = "lower() of a path that is not known";
	for (i = 0; expr->lower && i < len; i++)
		path[i] = (char)tolower((unsigned char)path[i]);
}

/* The pairs that a rule asks for, behind a mark; it keeps the others. */
static void pairs_put(struct haproxy_put *put, char mark)
{
	struct format_text *text = &put->target->text;
	const char *pairs = strchr(put->region->path, '?') + 1;

	haproxy_tell(put->haproxy, HAPROXY_TOLD_PAIRS_PUT, put->action->at);
	if (mark)
		format_text_raw(text, &mark, 1);
	format_text_raw(text, pairs, strlen(pairs) - 2);
	put->target->keep = true;
}

static void query_put(struct haproxy_put *put)
{
	const struct format_region *region = put->region;
	struct haproxy_target *target = put->target;
	const char *query = strchr(region->path, '?');

	if (region->kind == FORMAT_REGION_QUERY)
		format_text_raw(&target->text, query, strlen(query));
	else if (region->kind == FORMAT_REGION_PAIRS)
		pairs_put(put, strchr(target->text.text, '?') ? '&' : '?');
	else if (strchr(target->text.text, '?'))
		target->why = "the query within a query";
	else
		target->keep = true;
}

void haproxy_put_path(struct haproxy_put *put, const struct haproxy_expr *expr)
{
	const struct format_region *region = put->region;
	struct haproxy_target *target = put->target;
	bool pattern = region->kind == FORMAT_REGION_PATTERN, rest;
	char path[HAPROXY_SUB_SIZE], room[HAPROXY_SUB_SIZE];
	size_t len = path_of(region, path, sizeof(path));
	ssize_t n;

	haproxy_tell(put->haproxy, HAPROXY_TOLD_FORM, put->action->at);
	rest = region->kind == FORMAT_REGION_PREFIX ||
	       (pattern && len && path[len - 1] == '*');
	if (target->keep || (rest && target->rest))
		target->why = "the path twice";
	if (expr->decoded)
		target->why = "a decoded path";
	if (pattern && rest)
		len--;
	path[len] = '\0';
	case_put(put, expr, path, len, rest || pattern);
	n = haproxy_sub_all(room, path, rest || pattern, expr->subs);
	if (n < 0)
		target->why = "regsub() of more than a beginning or an end";
	if (target->why)
		return;
	format_text_raw(&target->text, room, n);
	if (rest)
		format_text_raw(&target->text, "*", 1);
	target->rest |= rest;
	if (expr->fetch == HAPROXY_URL)
		query_put(put);
}

void haproxy_put_query(struct haproxy_put *put)
{
	struct format_text *text = &put->target->text;
	const char *query = strchr(put->region->path, '?');

	haproxy_tell(put->haproxy, HAPROXY_TOLD_FORM, put->action->at);
	if (put->region->kind == FORMAT_REGION_QUERY) {
		format_text_raw(text, query + 1, strlen(query + 1));
		return;
	}
	if (!text->len || !strchr("?&", text->text[text->len - 1])) {
		put->target->why =
			"the query in another place than the target's query";
		return;
	}
	if (put->region->kind == FORMAT_REGION_PAIRS) {
		pairs_put(put, '\0');
		return;
	}
	text->text[--text->len] = '\0';
	put->target->keep = true;
	haproxy_tell(put->haproxy, HAPROXY_TOLD_MARK, put->action->at);
}

void haproxy_put_kept(struct haproxy_put *put)
{
	struct format_text *text = &put->target->text;
	const char *query = strchr(put->region->path, '?');

	if (put->region->kind == FORMAT_REGION_PAIRS) {
		pairs_put(put, strchr(text->text, '?') ? '&' : '?');
		return;
	}
	if (put->region->kind != FORMAT_REGION_QUERY) {
		put->target->keep = true;
		return;
	}
	format_text_raw(text, strchr(text->text, '?') ? "&" : "?", 1);
	format_text_raw(text, query + 1, strlen(query + 1));
}

void haproxy_put_slash(struct haproxy_put *put)
{
	struct format_text *text = &put->target->text;

	if (put->target->rest)
		put->target->why = "append-slash to a path that is not known";
	else if (!text->len || text->text[text->len - 1] != '/')
		format_text_raw(text, "/", 1);
}
