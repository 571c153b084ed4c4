// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "map_file.h"
#include "map_header_check.h"
#include "map_lent.h"
#include "map_view.h"

static int lent_check(struct map *map, const uint8_t *memory, size_t room)
{
	static const char name[] = "the fast path's copy of the map";
	const struct map_header *header = &map->header;
	int err;

	memcpy(&map->header, memory, sizeof(map->header));
	if (header->file_size > room || room - header->file_size < MAP_SLACK)
		return error_set(-EBADMSG, "%s is damaged: size", name);
	err = map_header_check(header, header->file_size, name);
	if (!err && (map_is_overlay(header)
			     ? !map->lower || !map_is_lower_of(map->lower, map)
			     : !!map->lower))
		err = error_set(-EBADMSG, "%s has another base", name);
	return err;
}

int map_lent(struct map **out, const uint8_t *memory, size_t room,
	     struct map *lower, const struct map_lender *lender)
{
	struct map *map = calloc(1, sizeof(*map));
	int err;

	if (!map) {
		map_close(lower);
		lender->back(lender, memory);
		return error_sys(-ENOMEM, "cannot read the map");
	}
	map->users = 1;
	map->data = memory;
	map->lower = lower;
	map->lender = lender;
	err = lent_check(map, memory, room);
	if (err)
		map_close(map);
	else
		*out = map;
	return err;
}

bool map_is_lent(const struct map *map)
{
	return map->lender;
}

const uint8_t *map_memory(const struct map *map,
			  const struct map_lender *lender)
{
	return map->lender == lender ? map->data : NULL;
}
