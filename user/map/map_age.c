// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>

#include "map_age.h"
#include "map_view.h"
#include "rule_code.h"

static uint32_t own_age(const struct map *map)
{
	const struct map_answer *answer;
	uint64_t size = map->header.section[MAP_ANSWERS].size, at;
	uint32_t age = 0;

	for (at = 0; at + sizeof(*answer) <= size; at += sizeof(*answer)) {
		answer = (const void *)map_bytes(map, MAP_ANSWERS, at,
						 sizeof(*answer));
		if (rule_code_permanent(answer->code) && answer->max_age > age)
			age = answer->max_age;
	}
	return age;
}

uint32_t map_age(const struct map *map)
{
	uint32_t own = own_age(map);
	uint32_t lower = map->lower ? own_age(map->lower) : 0;

	return own > lower ? own : lower;
}
