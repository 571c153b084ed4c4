// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
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

/* "*." and the name behind it, "*", or a name. */
int map_host_text(char *dst, size_t *len, const struct map *map, uint32_t addr)
{
	const struct map_host *host;
	const uint8_t *chunk;
	__u64 at;

	chunk = map_record(map, addr, &at);
	if (!chunk)
		return -EBADMSG;
	host = (const void *)(chunk + at);
	at += sizeof(*host) + host->lengths * 2u;
	if (at + host->name_len > MAP_CHUNK)
		return -EBADMSG;
	*len = 0;
	if (host->flags & MAP_HOST_WILD)
		*len = put(dst, 0, "*.", host->name_len ? 2 : 1);
	*len = put(dst, *len, chunk + at, host->name_len);
	return 0;
}

/* The rule's target, and its header lines if it has some. */
static int target_text(struct rule_buffer *buffer, const uint8_t *chunk,
		       __u64 at, const struct map_rule *from)
{
	struct template template = {0};
	size_t len = put(buffer->target, 0, chunk + at, from->location_len);
	size_t headers = 0;

	if (from->flags & MAP_RULE_TEMPLATE) {
		if (template_read(&template, chunk, at + len, from->flags, len))
			return -EBADMSG;
		if (template.headers_len >= 2)
			headers = put(buffer->headers, 0,
				      chunk + template.headers,
				      template.headers_len - 2);
	} else if (from->flags & MAP_RULE_REMAINDER) {
		len = put(buffer->target, len, "*", 1);
	}
	if (!(from->flags & MAP_RULE_LOCATION))
		len = put(buffer->target, 0, "-", 1);
	buffer->target[len] = buffer->headers[headers] = 0;
	return len;
}

int map_rule_text(struct rule *rule, struct rule_buffer *buffer,
		  const struct map *map, uint32_t host, uint32_t addr)
{
	const uint8_t *chunk;
	const struct map_answer *answer;
	const struct map_rule *from;
	size_t source, stored, path;
	int target;
	__u64 at;

	chunk = map_record(map, addr, &at);
	if (!chunk)
		return -EBADMSG;
	from = (const void *)(chunk + at);
	stored = map_rule_stored(from);
	if (from->flags & MAP_RULE_MARKER || stored > LIMIT_PATH ||
	    from->location_len > LIMIT_TARGET ||
	    at + sizeof(*from) + stored + from->location_len > MAP_CHUNK ||
	    map_host_text(buffer->source, &source, map, host))
		return -EBADMSG;
	path = stored ? map_parts_text(buffer->source + source, LIMIT_PATH,
				       (const char *)(from + 1), stored)
		      : put(buffer->source + source, 0, "/", 1);
	if (!path)
		return -EBADMSG;
	source += path;
	if (from->flags & MAP_RULE_PREFIX)
		source = put(buffer->source, source, "*", 1);
	target = target_text(buffer, chunk, at + sizeof(*from) + stored, from);
	if (target < 0)
		return target;
	buffer->source[source] = buffer->tag[0] = buffer->note[0] = 0;
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
	if (from->flags & MAP_RULE_PASS)
		return 0;
	if (from->answer >= map->header.answers)
		return -EBADMSG;
	answer = (const void *)(map->data +
				map->header.section[MAP_ANSWERS].offset);
	answer += from->answer;
	/* Maps of version 2 do not tell it. */
	rule->code = answer->rule_code ? answer->rule_code : answer->code;
	rule->max_age = answer->max_age;
	return 0;
}
