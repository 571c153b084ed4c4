// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "map_build_rule.h"
#include "map_listed.h"
#include "map_text.h"
#include "map_view.h"
#include "rule_capture.h"
#include "rule_code.h"
#include "rule_template.h"
#include "template.h"

static size_t put(char *dst, size_t at, const void *from, size_t len)
{
	memcpy(dst + at, from, len);
	return at + len;
}

/* Whether there is a text: where a section has ended there are zeros. */
static bool is_text(const uint8_t *text, uint32_t len)
{
	return !len || *text;
}

/* "*." and the name after it, "*", or a name. */
int map_host_text(char *dst, size_t *len, const struct map *map, uint32_t addr)
{
	const struct map_rule *rule = map_record(map, addr);
	const struct map_host *host = (const void *)rule;
	uint32_t at = map_host_name(host);
	const uint8_t *name;

	if (!(rule->flags & MAP_RULE_HOST) || rule->key_len > LIMIT_HOST ||
	    host->lengths > LIMIT_PATH)
		return -EBADMSG;
	name = map_texts(map, addr, rule, at + rule->key_len) + at;
	if (!is_text(name, rule->key_len))
		return -EBADMSG;
	*len = 0;
	if (rule->flags & MAP_RULE_WILD)
		*len = put(dst, 0, "*.", rule->key_len ? 2 : 1);
	*len = put(dst, *len, name, rule->key_len);
	return 0;
}

/* The path of a rule after its host's name; 0 where there is none. */
static size_t path_text(char *dst, const struct map *map, uint32_t addr,
			const struct map_rule *rule)
{
	const uint8_t *path;

	if (rule->flags & MAP_RULE_HOST)
		return put(dst, 0, "/", 1);
	path = map_texts(map, addr, rule, rule->key_len);
	if (!is_text(path, rule->key_len))
		return 0;
	return map_parts_text(dst, LIMIT_PATH, (const char *)path,
			      rule->key_len);
}

static int answer_take(struct rule *rule, const struct map *map, uint32_t n)
{
	const struct map_answer *answer;

	if (n >= map->header.answers)
		return -EBADMSG;
	answer = (const void *)map_bytes(map, MAP_ANSWERS,
					 (uint64_t)n * sizeof(*answer),
					 sizeof(*answer));
	rule->code = answer->rule_code;
	rule->max_age = answer->max_age;
	return 0;
}

/* The header lines of a rule with a template. */
static int headers_text(struct rule_buffer *buffer, const struct map *map,
			uint32_t addr, const struct map_rule *from)
{
	uint32_t at = map_location(from), len = from->location_len, all;
	struct template template;
	const uint8_t *texts;

	all = at + len + sizeof(struct map_template);
	texts = map_texts(map, addr, from, all);
	if (template_read(&template, texts + at + len, from->flags, len))
		return -EBADMSG;
	if (template.headers_len < 2)
		return 0;
	texts = map_texts(map, addr, from, all + template.headers_len);
	len = put(buffer->headers, 0, texts + all, template.headers_len - 2);
	buffer->headers[len] = '\0';
	return 0;
}

/* The names of a pattern's captures for the marks in its Location. Returns the
 * length, or 0. */
static size_t captures_text(char *dst, size_t cap, const uint8_t *location,
			    uint32_t len, const struct map_listed *listed)
{
	struct rule_capture capture;
	size_t n = 0, from;
	uint32_t i;
	int number;

	for (i = 0; i < len && n < cap; i++) {
		if (location[i] != TEMPLATE_CAPTURE) {
			dst[n++] = location[i];
			continue;
		}
		if (len - i < 3)
			return 0;
		number = location[i + 1] | location[i + 2] << 8;
		i += 2;
		for (from = 0; number >= 0; number--, from = capture.end)
			if (rule_capture_next(&capture, listed->written,
					      listed->written_len, from) < 1)
				return 0;
		if (cap - n < capture.name_len + 2)
			return 0;
		dst[n++] = '{';
		n = put(dst, n, capture.name, capture.name_len);
		dst[n++] = '}';
	}
	return i < len ? 0 : n;
}

/* The rule's target. Returns its length; 0 where there is none. */
static size_t target_text(struct rule_buffer *buffer, const struct map *map,
			  uint32_t addr, const struct map_rule *from,
			  const struct map_listed *listed)
{
	uint32_t at = map_location(from), len = from->location_len;
	const uint8_t *location = map_texts(map, addr, from, at + len) + at;
	size_t end = put(buffer->target, 0, "-", 1);

	if (from->flags & MAP_RULE_LOCATION) {
		if (!is_text(location, len))
			return 0;
		end = from->flags & MAP_RULE_PATTERN
			      ? captures_text(buffer->target, LIMIT_TARGET,
					      location, len, listed)
			      : put(buffer->target, 0, location, len);
		if (from->flags & MAP_RULE_REMAINDER &&
		    !(from->flags & MAP_RULE_TEMPLATE))
			end = put(buffer->target, end, "*", 1);
	}
	buffer->target[end] = '\0';
	return end;
}

/* The source of a rule that says how it is written; of others its key is the
 * source. Returns the stored source's length, or 0. */
static size_t source_text(struct rule_buffer *buffer, const struct map *map,
			  uint32_t host, uint32_t addr,
			  const struct map_rule *from,
			  const struct map_listed *listed)
{
	size_t len, path;
	int stored;

	if (map_host_text(buffer->written, &len, map, host))
		return 0;
	if (listed->written) {
		len = put(buffer->written, len, listed->written,
			  listed->written_len);
		buffer->written[len] = '\0';
		stored = rule_source_store(buffer->source, buffer->written,
					   from->flags & MAP_RULE_FOLD);
		return stored < 0 ? 0 : stored;
	}
	len = put(buffer->source, 0, buffer->written, len);
	path = path_text(buffer->source + len, map, addr, from);
	if (!path)
		return 0;
	len += path;
	if (from->flags & (MAP_RULE_PREFIX | MAP_RULE_HOST))
		len = put(buffer->source, len, "*", 1);
	buffer->source[len] = '\0';
	return len;
}

static enum rule_scheme scheme_of(const struct map_rule *from)
{
	if (from->flags & MAP_RULE_HTTP)
		return RULE_SCHEME_HTTP;
	return from->flags & MAP_RULE_HTTPS ? RULE_SCHEME_HTTPS
					    : RULE_SCHEME_ANY;
}

/* Whether a rule's own query is all of the request's. */
static bool has_query(const struct map_rule *from, const char *source)
{
	return !(from->flags & MAP_RULE_PAIRS) && strchr(source, '?');
}

int map_rule_text(struct rule *rule, struct rule_buffer *buffer,
		  const struct map *map, uint32_t host, uint32_t addr)
{
	const struct map_rule *from = map_record(map, addr);
	struct map_listed listed = {.written = NULL};
	size_t source, target;

	if (from->flags & MAP_RULE_MARKER || from->key_len > LIMIT_PATH ||
	    from->location_len > LIMIT_TARGET ||
	    (from->flags & MAP_RULE_MORE &&
	     map_listed_take(&listed, map, addr)))
		return -EBADMSG;
	source = source_text(buffer, map, host, addr, from, &listed);
	if (!source)
		return -EBADMSG;
	target = target_text(buffer, map, addr, from, &listed);
	if (!target)
		return -EBADMSG;
	buffer->tag[0] = buffer->note[0] = buffer->headers[0] = '\0';
	if (from->flags & MAP_RULE_TEMPLATE &&
	    headers_text(buffer, map, addr, from))
		return -EBADMSG;
	*rule = (struct rule){
		.source = buffer->source,
		.target = buffer->target,
		.tag = buffer->tag,
		.note = buffer->note,
		.headers = buffer->headers,
		.source_len = source,
		.target_len = target,
		.code = RULE_PASS,
		.scheme = scheme_of(from),
		.fold = from->flags & MAP_RULE_FOLD,
		.first = map_record(map, host)->flags & MAP_RULE_FIRST,
		.query_drop = from->flags & MAP_RULE_LOCATION &&
			      !(from->flags & MAP_RULE_QUERY) &&
			      !has_query(from, buffer->source),
	};
	if (listed.written && strcmp(buffer->written, buffer->source) != 0)
		rule->written = buffer->written;
	return from->flags & MAP_RULE_PASS
		       ? 0
		       : answer_take(rule, map, from->answer);
}

/* The host of the level that a lookup has ended on. */
static size_t found_host(char *dst, const struct map_key *key)
{
	const struct map_search *search = &key->search;
	uint32_t name = search->name;
	size_t len = 0;

	if (name > key->host_len)
		return 0;
	if (search->kind & ~MAP_KIND_HOST)
		len = put(dst, 0, "*.", name < key->host_len ? 2 : 1);
	return put(dst, len, key->host + name, key->host_len - name);
}

size_t map_found_source(char *dst, const struct map *map,
			const struct map_key *key, uint32_t addr)
{
	const struct map_rule *rule;
	struct map_listed listed;
	size_t len = found_host(dst, key), path;

	map = map_found(map, key);
	rule = map_record(map, addr);
	if (!len || rule->key_len > LIMIT_PATH)
		return 0;
	if (rule->flags & MAP_RULE_MORE) {
		if (map_listed_take(&listed, map, addr))
			return 0;
		return put(dst, len, listed.written, listed.written_len);
	}
	path = path_text(dst + len, map, addr, rule);
	if (!path)
		return 0;
	len += path;
	if (rule->flags & (MAP_RULE_PREFIX | MAP_RULE_HOST))
		len = put(dst, len, "*", 1);
	return len;
}
