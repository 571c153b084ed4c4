// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "error.h"
#include "limit.h"
#include "map.h"
#include "map_build_rule.h"
#include "map_build_template.h"
#include "rule.h"
#include "rule_code.h"

static int rule_bad(const struct rule *rule, const char *why)
{
	return error_set(-EINVAL, "cannot compile %.300s: %s", rule->source,
			 why);
}

static int location_check(const struct map_parts *parts)
{
	size_t i;
	int bad = 0;

	for (i = 0; i < parts->location_len; i++)
		bad |= (uint8_t)(parts->location[i] - 0x21) > 0x7e - 0x21;
	return bad;
}

/* What the rule redirects to. */
static int parts_location(struct map_parts *parts, const struct rule *rule)
{
	const struct rule_code *code = rule_code(rule->code);

	if (!rule->target_len || rule->target_len > LIMIT_TARGET)
		return rule_bad(rule, "target length");
	parts->flags |= MAP_RULE_LOCATION;
	parts->location = rule->target;
	parts->location_len = rule->target_len;
	if (code->first != code->other)
		parts->flags |= MAP_RULE_PAIR;
	if (!parts->query && !rule->query_drop)
		parts->flags |= MAP_RULE_QUERY;
	if (map_template_make(&parts->template, &parts->flags, rule->target,
			      rule->target_len))
		return rule_bad(rule, "target host");
	return location_check(parts) ? rule_bad(rule, "target bytes") : 0;
}

static int parts_headers(struct map_parts *parts, const struct rule *rule)
{
	parts->headers = rule->headers;
	parts->headers_len = strlen(rule->headers);
	if (!parts->headers_len)
		return 0;
	parts->flags |= MAP_RULE_TEMPLATE;
	parts->template.headers = parts->headers_len + 2;
	return map_template_takes(parts->headers, parts->headers_len)
		       ? 0
		       : rule_bad(rule, "header lines");
}

static int parts_target(struct map_parts *parts, const struct rule *rule)
{
	int err = 0;

	if (rule->code == RULE_PASS) {
		parts->flags |= MAP_RULE_PASS;
		return 0;
	}
	if (rule_code(rule->code)->target)
		err = parts_location(parts, rule);
	else if (rule->code == 200)
		parts->flags |= MAP_RULE_OK;
	if (!err)
		err = parts_headers(parts, rule);
	/* Without a template the Location ends where the remainder goes. */
	if (!(parts->flags & MAP_RULE_TEMPLATE) &&
	    parts->flags & MAP_RULE_REMAINDER)
		parts->location_len--;
	return err;
}

size_t map_parts_size(const struct map_parts *parts)
{
	if (!(parts->flags & MAP_RULE_TEMPLATE))
		return parts->location_len;
	return parts->location_len + sizeof(parts->template) +
	       parts->template.headers;
}

void map_parts_write(uint8_t *to, const struct map_parts *parts)
{
	to = mempcpy(to, parts->location, parts->location_len);
	if (!(parts->flags & MAP_RULE_TEMPLATE))
		return;
	to = mempcpy(to, &parts->template, sizeof(parts->template));
	if (!parts->template.headers)
		return;
	to = mempcpy(to, parts->headers, parts->headers_len);
	memcpy(to, "\r\n", 2);
}

static const char star_escape[] = "%2A";

enum { STAR_LEN = sizeof(star_escape) - 1 };

/* A source has no '*' but the last, and each '%' in it begins an escape. */
static void path_stars(struct map_parts *parts, char *room)
{
	const char *from = parts->path, *end = from + parts->path_len, *star;
	char *to = room;

	star = memmem(from, parts->path_len, star_escape, STAR_LEN);
	if (!star)
		return;
	for (; star; star = memmem(from, end - from, star_escape, STAR_LEN)) {
		to = mempcpy(to, from, star - from);
		*to++ = '*';
		from = star + STAR_LEN;
	}
	to = mempcpy(to, from, end - from);
	parts->path = room;
	parts->path_len = to - room;
}

size_t map_parts_text(char *dst, size_t cap, const char *path, size_t len)
{
	size_t at = 0, i;

	for (i = 0; i < len; i++) {
		size_t step = path[i] == '*' ? STAR_LEN : 1;

		if (cap - at < step)
			return 0;
		memcpy(dst + at, step > 1 ? star_escape : path + i, step);
		at += step;
	}
	return at;
}

/* What the layout of maps has no place for. */
static int parts_check(const struct rule *rule)
{
	const char *what = NULL;

	if (rule->scheme)
		what = "scheme=";
	else if (rule->fold)
		what = "case=ignore";
	else if (rule->first)
		what = "first=yes";
	else if (memchr(rule->source, '{', rule->source_len))
		what = "captures";
	else if (rule->source_len > 1 &&
		 !strcmp(rule->source + rule->source_len - 2, "&*") &&
		 memchr(rule->source, '?', rule->source_len))
		what = "sets of pairs";
	if (!what)
		return 0;
	return error_set(
		-EOPNOTSUPP,
		"cannot compile %.300s: maps of this version cannot say %s",
		rule_written(rule), what);
}

int map_parts_split(struct map_parts *parts, const struct rule *rule,
		    char *room)
{
	const char *end = rule->source + rule->source_len;

	memset(parts, 0, sizeof(*parts));
	if (parts_check(rule))
		return -EOPNOTSUPP;
	parts->host = rule->source;
	parts->location = parts->headers = "";
	parts->path = memchr(rule->source, '/', rule->source_len);
	if (!parts->path)
		return rule_bad(rule, "no path");
	parts->host_len = parts->path - parts->host;
	if (end[-1] == '*') {
		parts->flags = MAP_RULE_PREFIX;
		end--;
	}
	parts->path_len = end - parts->path;
	parts->query = memchr(parts->path, '?', parts->path_len);
	if (!parts->host_len || parts->host_len > LIMIT_HOST + 2)
		return rule_bad(rule, "host length");
	if (parts->path_len > LIMIT_PATH)
		return rule_bad(rule, "path length");
	path_stars(parts, room);
	return parts_target(parts, rule);
}
