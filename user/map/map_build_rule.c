// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "error.h"
#include "limit.h"
#include "map.h"
#include "map_build_rule.h"
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

static int parts_target(struct map_parts *parts, const struct rule *rule)
{
	parts->location = rule->target;
	parts->location_len = rule->target_len;
	if (rule->code == RULE_PASS) {
		parts->flags |= MAP_RULE_PASS;
		parts->location_len = 0;
		return 0;
	}
	if (!rule_code(rule->code)->target) {
		parts->flags |= rule->code == 200 ? MAP_RULE_OK : 0;
		parts->location_len = 0;
		return 0;
	}
	if (!rule->target_len || rule->target_len > LIMIT_TARGET)
		return rule_bad(rule, "target length");
	parts->flags |= MAP_RULE_LOCATION;
	if (rule_code(rule->code)->first != rule_code(rule->code)->other)
		parts->flags |= MAP_RULE_PAIR;
	if (rule->target[rule->target_len - 1] == '*') {
		parts->flags |= MAP_RULE_REMAINDER;
		parts->location_len--;
	}
	if (!parts->query && !rule->query_drop)
		parts->flags |= MAP_RULE_QUERY;
	if (memchr(parts->location, '?', parts->location_len))
		parts->flags |= MAP_RULE_JOIN;
	return location_check(parts) ? rule_bad(rule, "target bytes") : 0;
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

int map_parts_split(struct map_parts *parts, const struct rule *rule,
		    char *room)
{
	const char *end = rule->source + rule->source_len;

	memset(parts, 0, sizeof(*parts));
	parts->host = rule->source;
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
