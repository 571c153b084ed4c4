/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_BUILD_RULE_H
#define MAP_BUILD_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "map.h"

struct rule;

/* A rule taken apart for the map; the texts are the rule's, or a path with a
 * literal '*' the caller's. */
struct map_parts {
	const char *host, *path, *location, *headers;
	size_t host_len; /* "*." included */
	size_t path_len; /* '?' and query included, a final '*' not */
	size_t location_len;
	size_t headers_len;
	uint32_t flags;		      /* enum map_rule_flag */
	struct map_template template; /* if flags say that there is one */
	bool query;		      /* the source has one */
	uint16_t answer, shorter;     /* for the caller: 0 */
};

/*
 * map_parts_split - take a rule apart
 * @room: LIMIT_PATH bytes
 *
 * The path is as in the normal form of a request: "%2A" becomes '*'. Checks
 * lengths, and that no byte of target and headers could end a header line,
 * wherever the rule came from. 0, or -errno with error_set(): -EINVAL;
 * -EOPNOTSUPP for a rule that a map cannot say yet.
 */
int map_parts_split(struct map_parts *parts, const struct rule *rule,
		    char *room);

/* Bytes of what stands behind a rule's key, and write them: the Location and
 * its template. */
size_t map_parts_size(const struct map_parts *parts);
void map_parts_write(uint8_t *to, const struct map_parts *parts);

/* The reverse for a path or query of len bytes: each '*' as "%2A". Returns the
 * length, or 0 where it has no room. */
size_t map_parts_text(char *dst, size_t cap, const char *path, size_t len);

#endif
