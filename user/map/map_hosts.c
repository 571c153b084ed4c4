// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>

#include "error.h"
#include "host_set.h"
#include "map_hosts.h"
#include "map_text.h"
#include "map_view.h"

static int group_hosts(const struct map *map, uint32_t addr,
		       struct host_set *set)
{
	char name[LIMIT_HOST + 8];
	const struct map_group *group;
	const uint8_t *chunk;
	size_t len;
	uint32_t i;
	__u64 at;
	int err = 0;

	chunk = map_record(map, addr, &at);
	group = chunk ? (const void *)(chunk + at) : NULL;
	if (!group || group->count > MAP_GROUP_MAX)
		return error_set(-EBADMSG, "the map is damaged: hosts");
	for (i = 0; i < group->count && !err; i++) {
		const struct map_entry *entry =
			MAP_AT(chunk, at + sizeof(*group) + i * sizeof(*entry));

		if (map_host_text(name, &len, map, entry->addr))
			return error_set(-EBADMSG, "the map is damaged: hosts");
		err = host_set_add(set, name, len);
	}
	return err;
}

int map_hosts(const struct map *map, struct host_set *set)
{
	enum { CHUNK_SLOTS = MAP_CHUNK / sizeof(struct map_slot) };
	const struct map_slot *slot;
	uint32_t i;
	int err = 0;

	for (i = 0; i < map->header.hosts.groups && !err; i++) {
		slot = (const void *)map_chunk(map, MAP_HOSTS, i / CHUNK_SLOTS);
		if (!slot)
			return error_set(-EBADMSG, "the map is damaged: hosts");
		slot += i % CHUNK_SLOTS;
		if (slot->addr)
			err = group_hosts(map, slot->addr, set);
	}
	return err;
}
