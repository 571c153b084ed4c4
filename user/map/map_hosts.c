// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>

#include "error.h"
#include "host_set.h"
#include "map_hosts.h"
#include "map_text.h"
#include "map_view.h"

int map_hosts(const struct map *map, struct host_set *set)
{
	const struct map_table *table = &map->header.table[MAP_TABLE_HOSTS];
	uint64_t slots = (uint64_t)table->slots << table->part_bits, i;
	char name[LIMIT_HOST + 8];
	size_t len;
	int err = 0;

	for (i = 1; i <= slots && !err; i++) {
		uint32_t addr = i | MAP_ADDR_HOST;

		if (!(map_record(map, addr)->flags & MAP_RULE_HOST))
			continue;
		if (map_host_text(name, &len, map, addr))
			return error_set(-EBADMSG, "the map is damaged: hosts");
		err = host_set_add(set, name, len);
	}
	return err;
}
