/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_AT_H
#define MAP_AT_H

#include <stddef.h>
#include <stdint.h>

struct map;
struct rule;
struct rule_buffer;

/* The rules of a map by the addresses of their records. */
struct map_at {
	const struct map *map;
	uint32_t *hosts; /* addresses by the hosts' numbers, 0: none */
	size_t count;
};

/* map_at_open - look at all hosts of a map, of which only what stands in its own
 * file is asked for: 0 or -ENOMEM with error_set() */
int map_at_open(struct map_at *at, const struct map *map);

/* Accepts one that is all zero. */
void map_at_close(struct map_at *at);

/*
 * map_at_rule - the rule whose record is there
 *
 * As map_rule_text(); -EBADMSG, without a text, for any address that is no
 * rule's.
 */
int map_at_rule(const struct map_at *at, uint32_t addr, struct rule *rule,
		struct rule_buffer *buffer);

#endif
