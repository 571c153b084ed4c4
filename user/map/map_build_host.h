/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_BUILD_HOST_H
#define MAP_BUILD_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limit.h"
#include "map.h"
#include "map_build_list.h"
#include "map_build_prefixes.h"
#include "map_build_records.h"
#include "map_build_rule.h"
#include "rule_source.h"

struct map;

/* The host whose rules are being added. Starts zeroed, but for first. */
struct map_build_host {
	char name[LIMIT_HOST + 3];
	size_t len; /* "*." included; 0: none yet */
	bool first; /* of rules with first=yes */
	int kind;
	uint32_t id;
	uint64_t hash;
	uint16_t flags; /* in an overlay also those of the lower map, ... */
	uint16_t below; /* ... which are these */
	struct map_prefixes prefixes;
	struct map_list patterns;
	struct map_list pairs[2]; /* of one path; then with case=ignore */
	struct map_parts whole; /* the rule of "/", if flags say there is one */
	char location[LIMIT_TARGET];
	char headers[LIMIT_HEADER_BYTES];
};

/* The rule that was added last, if it is for http: the one for https may
 * follow. */
struct map_build_last {
	char source[RULE_SOURCE_SIZE]; /* "": none */
	bool fold, whole;
	struct map_list *list; /* that it is in, or NULL */
	uint64_t record;       /* else its record */
};

/* What is compiled, as far as hosts know of it. */
struct map_building {
	struct map_header header;
	struct map_records records[MAP_TABLES];
	uint32_t next_id;	 /* of the next host that has none yet */
	const struct map *lower; /* of an overlay, else NULL */
	struct map_build_last last;
	/* The lookup reads whole words: the key is hashed from here. */
	uint8_t key[LIMIT_PATH + 16];
};

/* All of these return 0, or -errno with error_set(). */

/* Go on with the host of that name, "*." included; the one before it ends. */
int map_host_begin(struct map_building *build, struct map_build_host *host,
		   const char *text, size_t text_len);

/* All rules of the host are there: write markers, lists and its own record. */
int map_host_end(struct map_building *build, struct map_build_host *host);

/* All sets of pairs of a path are there, with case=ignore if fold is
 * MAP_KIND_FOLD: write them, and mark the path. */
int map_host_pairs_end(struct map_building *build, struct map_build_host *host,
		       int fold);

/* Put a rule or marker among the host's, by its path and the kind in its
 * flags. */
int map_host_record(struct map_building *build,
		    const struct map_build_host *host,
		    const struct map_parts *parts);

/* The record of a rule, as far as its parts say it; host is a host's number. */
struct map_rule map_host_rule(uint32_t host, const struct map_parts *parts);

/* map_hash() of a key. */
uint64_t map_host_hash(struct map_building *build, int kind, uint64_t host,
		       const char *key, size_t len);

/* A host's record in the lower map, or NULL. */
const struct map_host *map_host_below(struct map_building *build, int kind,
				      uint64_t hash, const char *name,
				      size_t len);

/* Accepts one that is all zero. */
void map_host_free(struct map_build_host *host);

#endif
