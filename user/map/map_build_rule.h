/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_BUILD_RULE_H
#define MAP_BUILD_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limit.h"
#include "map.h"

struct rule;

/* A rule taken apart for the map; the texts are the rule's or in the room. */
struct map_parts {
	const char *host, *path, *location, *headers;
	size_t host_len; /* "*." included */
	/* '?' and query included, a final '*' not; of a set of pairs up to the
	 * '?'; of a pattern 0 */
	size_t path_len;
	size_t location_len;
	size_t headers_len;
	/* If flags say so: what requests are compared with, and path and query
	 * as they are written. */
	const char *match, *written;
	size_t match_len, written_len;
	uint32_t flags;		      /* enum map_rule_flag */
	struct map_template template; /* if flags say that there is one */
	bool query;		      /* the source has one */
	uint16_t answer, shorter;     /* for the caller: 0 */
};

/* For the texts that are not the rule's. */
struct map_parts_room {
	char path[LIMIT_PATH + 16];
	char match[LIMIT_PATH + 16];
	char location[LIMIT_TARGET];
};

/*
 * map_parts_split - take a rule apart
 *
 * The path is as in the normal form of a request: "%2A" becomes '*', and of a
 * rule with case=ignore it is in lower case. Checks lengths, and that no byte of
 * target and headers could end a header line, wherever the rule came from. 0, or
 * -EINVAL with error_set().
 */
int map_parts_split(struct map_parts *parts, const struct rule *rule,
		    struct map_parts_room *room);

/* In an overlay: have the source be gone, without an answer. */
void map_parts_gone(struct map_parts *parts);

/* Bytes of what stands behind a rule's key, and write them: the Location, its
 * template, and what is more. */
size_t map_parts_size(const struct map_parts *parts);
void map_parts_write(uint8_t *to, const struct map_parts *parts);

/* The reverse for a path or query of len bytes: each '*' as "%2A". Returns the
 * length, or 0 where it has no room. */
size_t map_parts_text(char *dst, size_t cap, const char *path, size_t len);

#endif
