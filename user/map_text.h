/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_TEXT_H
#define MAP_TEXT_H

#include <stdint.h>

#include "rule.h"

struct map;

/*
 * map_rule_text - a rule of the map as the rule it was compiled from
 * @host: address of its host's record
 * @addr: its own
 *
 * Returns 0 with *rule pointing into *buffer, its tag empty (the map has
 * none), or -EBADMSG for addresses that hold no rule.
 */
int map_rule_text(struct rule *rule, struct rule_buffer *buffer,
		  const struct map *map, uint32_t host, uint32_t addr);

#endif
