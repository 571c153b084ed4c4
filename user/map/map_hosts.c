// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>

#include "error.h"
#include "host_set.h"
#include "map_hosts.h"
#include "map_text.h"
#include "map_view.h"

static uint64_t slots_of(const struct map *map)
{
	const struct map_table *table = &map->header.table;

	return (uint64_t)table->slots << table->part_bits;
}

int map_hosts(const struct map *map, struct host_set *set)
{
	uint64_t slots = slots_of(map), addr;
	char name[LIMIT_HOST + 8];
	size_t len;
	int err = 0;

	for (addr = 1; addr <= slots && !err; addr++) {
		if (!(map_record(map, addr)->flags & MAP_RULE_HOST))
			continue;
		if (map_host_text(name, &len, map, addr))
			return error_set(-EBADMSG, "the map is damaged: hosts");
		err = host_set_add(set, name, len);
	}
	return err;
}
