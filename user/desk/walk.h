/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WALK_H
#define WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "answer.h"
#include "map_view.h"

/*
 * The way of a client that follows redirects from one rule to the next, as long
 * as they lead to what a map has rules for.
 */
struct walk {
	const struct map *map;
	struct map_key key, before; /* the request, and the one before it;
				     * https: it goes by TLS */
	const struct map *found;    /* what its rule stands in, and where */
	uint32_t addr;
	unsigned int len;   /* of the next request's URL */
	unsigned int asked; /* ... and of the one that was asked for last, which
			     * url still has at the end */
	char url[ANSWER_MAX];
};

/* Begin with a request, which came by TLS or not. False where it is none. */
bool walk_begin(struct walk *walk, const struct map *map, bool https,
		const char *host, unsigned int host_len, const char *target,
		unsigned int target_len);

/*
 * walk_on - ask for the URL of len bytes in url
 *
 * Its rule is looked up; url becomes where that redirects to. False at the end:
 * no rule; none but those of any host, on another host than the request before
 * that no other rules are for; pass or 410; a port that is not the scheme's.
 */
bool walk_on(struct walk *walk);

/* Whether a map has rules for a host, its own ones or of a wildcard above it.
 * The host is read in words of 8 bytes. */
bool walk_knows(const struct map *map, const char *host, size_t len);

/* Whether the request is the same as the one before it, but for the scheme;
 * whether its path and query are; whether its scheme is another one. */
bool walk_stays(const struct walk *walk);
bool walk_path_stays(const struct walk *walk);
bool walk_turns(const struct walk *walk);

#endif
