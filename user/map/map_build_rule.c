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
#include "rule_pairs.h"
#include "rule_pattern.h"
#include "rule_pattern_form.h"
#include "rule_template.h"
#include "word.h"

static int rule_bad(const struct rule *rule, const char *why)
{
	return error_set(-EINVAL, "cannot compile %.300s: %s", rule->source,
			 why);
}

/* Whether a word has a byte that is none of 0x21 to 0x7e. */
static uint64_t word_bad(uint64_t word)
{
	const uint64_t ones = 0x0101010101010101ULL;
	uint64_t low = word & ones * 0x7f;

	return (word | ~(low + ones * (0x80 - 0x21)) | (low + ones)) &
	       ones * 0x80;
}

static int location_check(const struct map_parts *parts)
{
	const char *at = parts->location, *end = at + parts->location_len;
	uint64_t bad = 0, last = 0;

	for (; end - at >= 8; at += 8)
		bad |= word_bad(word_load(at));
	memset(&last, '/', sizeof(last));
	memcpy(&last, at, end - at);
	return (bad | word_bad(last)) != 0;
}

/* One piece of a pattern's Location: captures become marks. */
static uint16_t piece_compile(struct map_parts *parts, const char *location,
			      char *room, size_t *from, size_t to)
{
	parts->location_len +=
		rule_template_compile((uint8_t *)room + parts->location_len,
				      location + *from, to - *from,
				      parts->written, parts->written_len);
	*from = to;
	return parts->location_len;
}

/* A pattern's Location, a template. The places in it move with what is before
 * them; a '*' stays as it is. */
static void location_compile(struct map_parts *parts, char *room)
{
	struct map_template *template = &parts->template;
	size_t end = parts->location_len, from = 0, query = template->query;
	size_t rest = template->rest;
	const char *text = parts->location;

	parts->location_len = 0;
	if (template->host_most) {
		piece_compile(parts, text, room, &from, template->host);
		room[parts->location_len++] = text[from++];
	}
	template->rest = piece_compile(parts, text, room, &from, rest);
	if (parts->flags & MAP_RULE_REMAINDER)
		room[parts->location_len++] = text[from++];
	template->query = piece_compile(parts, text, room, &from, query);
	piece_compile(parts, text, room, &from, end);
	parts->location = room;
}

/* What the rule redirects to. */
static int parts_location(struct map_parts *parts, const struct rule *rule,
			  char *room)
{
	const struct rule_code *code = rule_code(rule->code);
	bool exact_query = parts->query && !(parts->flags & MAP_RULE_PAIRS);

	if (!rule->target_len || rule->target_len > LIMIT_TARGET)
		return rule_bad(rule, "target length");
	parts->flags |= MAP_RULE_LOCATION;
	parts->location = rule->target;
	parts->location_len = rule->target_len;
	if (code->first != code->other)
		parts->flags |= MAP_RULE_PAIR;
	if (!exact_query && !rule->query_drop)
		parts->flags |= MAP_RULE_QUERY;
	if (map_template_make(&parts->template, &parts->flags, rule->target,
			      rule->target_len))
		return rule_bad(rule, "target host");
	if (location_check(parts))
		return rule_bad(rule, "target bytes");
	if (parts->flags & MAP_RULE_PATTERN)
		location_compile(parts, room);
	return 0;
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

static int parts_target(struct map_parts *parts, const struct rule *rule,
			char *room)
{
	int err = 0;

	if (rule->code == RULE_PASS) {
		parts->flags |= MAP_RULE_PASS;
		return 0;
	}
	if (rule_code(rule->code)->target)
		err = parts_location(parts, rule, room);
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

void map_parts_gone(struct map_parts *parts)
{
	parts->flags |= MAP_RULE_PASS | MAP_RULE_GONE;
	parts->location = parts->headers = "";
	parts->location_len = parts->headers_len = 0;
	parts->template = (struct map_template){.headers = 0};
}

size_t map_parts_size(const struct map_parts *parts)
{
	size_t size = parts->location_len;

	if (parts->flags & MAP_RULE_TEMPLATE)
		size += sizeof(parts->template) + parts->template.headers;
	if (parts->flags & MAP_RULE_MORE)
		size += sizeof(struct map_more) + parts->match_len +
			parts->written_len;
	return size;
}

void map_parts_write(uint8_t *to, const struct map_parts *parts)
{
	struct map_more more = {parts->match_len, parts->written_len};

	to = mempcpy(to, parts->location, parts->location_len);
	if (!(parts->flags & MAP_RULE_TEMPLATE))
		return;
	to = mempcpy(to, &parts->template, sizeof(parts->template));
	if (parts->template.headers) {
		to = mempcpy(to, parts->headers, parts->headers_len);
		to = mempcpy(to, "\r\n", 2);
	}
	if (!(parts->flags & MAP_RULE_MORE))
		return;
	to = mempcpy(to, &more, sizeof(more));
	if (parts->match_len)
		to = mempcpy(to, parts->match, parts->match_len);
	memcpy(to, parts->written, parts->written_len);
}

enum { STAR_LEN = sizeof("%2A") - 1 };

/* A source has no '*' but the last, and each '%' in it begins an escape. */
static void path_stars(struct map_parts *parts, char *room)
{
	const char *escape = parts->flags & MAP_RULE_FOLD ? "%2a" : "%2A";
	const char *from = parts->path, *end = from + parts->path_len, *star;
	char *to = room;

	/* Seldom is there any escape. */
	if (!memchr(from, '%', parts->path_len))
		return;
	star = memmem(from, parts->path_len, escape, STAR_LEN);
	if (!star)
		return;
	for (; star; star = memmem(from, end - from, escape, STAR_LEN)) {
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
		memcpy(dst + at, step > 1 ? "%2A" : path + i, step);
		at += step;
	}
	return at;
}

/* How the source is written, where that is not what its key says. */
static int parts_written(struct map_parts *parts, const struct rule *rule)
{
	const char *written = rule_written(rule);

	parts->flags |= MAP_RULE_TEMPLATE | MAP_RULE_MORE;
	parts->written = strchr(written, '/');
	if (!parts->written)
		return rule_bad(rule, "no path");
	parts->written_len = strlen(parts->written);
	return parts->written_len > LIMIT_PATH + 2
		       ? rule_bad(rule, "path length")
		       : 0;
}

/* A pattern: its compiled form is all that it is known by. */
static void parts_pattern(struct map_parts *parts, const struct rule *rule,
			  char *room)
{
	parts->flags |= MAP_RULE_PATTERN;
	parts->path_len = 0;
	parts->match = room;
	parts->match_len = rule_pattern_compile((uint8_t *)room, parts->written,
						parts->written_len, rule->fold);
}

/* A set of pairs: its key begins with what is before them. */
static void parts_pairs(struct map_parts *parts, const struct rule *rule,
			char *room)
{
	const char *query = strchr(parts->written, '?') + 1;
	struct rule_pairs pairs = {
		.text = query,
		.len = parts->written + parts->written_len - query,
		.ignore_case = rule->fold,
	};

	parts->flags |= MAP_RULE_PAIRS;
	parts->flags &= ~MAP_RULE_PREFIX;
	parts->path_len = strcspn(parts->path, "?") + 1;
	parts->match = room;
	parts->match_len = rule_pairs_compile(room, &pairs);
}

/* By what requests find it. */
static int parts_source(struct map_parts *parts, const struct rule *rule,
			struct map_parts_room *room)
{
	const char *query = memchr(parts->path, '?', parts->path_len);
	size_t path_len =
		query ? (size_t)(query - parts->path) : parts->path_len;
	bool pattern = rule_pattern_is(parts->path, path_len);
	bool pairs = query && parts->flags & MAP_RULE_PREFIX;
	int err = 0;

	parts->query = query;
	if (rule->fold)
		parts->flags |= MAP_RULE_FOLD;
	if (parts->path_len > (size_t)LIMIT_PATH + pairs)
		return rule_bad(rule, "path length");
	/* without case, what has no capitals is written as its key is */
	if (pattern || pairs ||
	    (rule->fold && rule->written && parts->path_len > 1))
		err = parts_written(parts, rule);
	if (err)
		return err;
	if (pattern)
		parts_pattern(parts, rule, room->match);
	else if (pairs)
		parts_pairs(parts, rule, room->match);
	path_stars(parts, room->path);
	return 0;
}

static const uint32_t scheme_flags[] = {
	[RULE_SCHEME_ANY] = 0,
	[RULE_SCHEME_HTTP] = MAP_RULE_HTTP,
	[RULE_SCHEME_HTTPS] = MAP_RULE_HTTPS,
};

int map_parts_split(struct map_parts *parts, const struct rule *rule,
		    struct map_parts_room *room)
{
	const char *end = rule->source + rule->source_len;
	int err;

	memset(parts, 0, sizeof(*parts));
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
	parts->flags |= scheme_flags[rule->scheme];
	parts->path_len = end - parts->path;
	if (!parts->host_len || parts->host_len > LIMIT_HOST + 2)
		return rule_bad(rule, "host length");
	err = parts_source(parts, rule, room);
	return err ? err : parts_target(parts, rule, room->location);
}
