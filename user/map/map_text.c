// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "map_build_rule.h"
#include "map_text.h"
#include "map_view.h"
#include "rule_code.h"
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

/* The rule's target. Returns its length; 0 where there is none. */
static size_t target_text(struct rule_buffer *buffer, const struct map *map,
			  uint32_t addr, const struct map_rule *from)
{
	uint32_t at = map_location(from), len = from->location_len;
	const uint8_t *location = map_texts(map, addr, from, at + len) + at;
	size_t end = put(buffer->target, 0, "-", 1);

	if (from->flags & MAP_RULE_LOCATION) {
		if (!is_text(location, len))
			return 0;
		end = put(buffer->target, 0, location, len);
		if (from->flags & MAP_RULE_REMAINDER &&
		    !(from->flags & MAP_RULE_TEMPLATE))
			end = put(buffer->target, end, "*", 1);
	}
	buffer->target[end] = '\0';
	return end;
}

int map_rule_text(struct rule *rule, struct rule_buffer *buffer,
		  const struct map *map, uint32_t host, uint32_t addr)
{
	const struct map_rule *from = map_record(map, addr);
	size_t source, target, path;

	if (from->flags & MAP_RULE_MARKER || from->key_len > LIMIT_PATH ||
	    from->location_len > LIMIT_TARGET ||
	    map_host_text(buffer->source, &source, map, host))
		return -EBADMSG;
	path = path_text(buffer->source + source, map, addr, from);
	if (!path)
		return -EBADMSG;
	source += path;
	if (from->flags & (MAP_RULE_PREFIX | MAP_RULE_HOST))
		source = put(buffer->source, source, "*", 1);
	target = target_text(buffer, map, addr, from);
	if (!target)
		return -EBADMSG;
	buffer->source[source] = buffer->tag[0] = buffer->note[0] = '\0';
	buffer->headers[0] = '\0';
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
		.query_drop = from->flags & MAP_RULE_LOCATION &&
			      !(from->flags & MAP_RULE_QUERY) &&
			      !strchr(buffer->source, '?'),
	};
	return from->flags & MAP_RULE_PASS
		       ? 0
		       : answer_take(rule, map, from->answer);
}
