// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "map_each.h"
#include "map_text.h"
#include "map_view.h"

struct each {
	const struct map *map, *over;
	int (*fn)(const struct rule *rule, void *arg);
	void *arg;
	uint64_t count;
	/* by the host's number: its record, or 0, and its hash */
	struct each_host {
		uint64_t hash;
		uint32_t addr;
	} * hosts;
	size_t room;
	struct rule rule;
	struct rule_buffer buffer;
};

/* An entry of a group, with the number of the group in its table. */
struct each_entry {
	uint32_t group, tag, addr;
};

typedef int each_fn(struct each *each, const struct each_entry *entry);

/* Whether a key with this hash stands there. */
static bool is_in_place(const struct each_entry *entry, uint64_t hash,
			const struct map_table *table)
{
	return entry->tag == (uint32_t)hash &&
	       entry->group == (hash >> 32) * table->groups >> 32;
}

static int group_each(struct each *each, uint32_t number, uint32_t addr,
		      each_fn *fn)
{
	const struct map_group *group;
	const uint8_t *chunk;
	uint32_t i;
	__u64 at;
	int err = 0;

	chunk = map_record(each->map, addr, &at);
	if (!chunk)
		return 0;
	group = MAP_AT(chunk, at);
	for (i = 0; i < group->count && i < MAP_GROUP_MAX && !err; i++) {
		const struct map_entry *from =
			MAP_AT(chunk, at + sizeof(*group) + i * sizeof(*from));
		struct each_entry entry = {number, from->tag, from->addr};

		err = fn(each, &entry);
	}
	return err;
}

static int table_each(struct each *each, int section,
		      const struct map_table *table, each_fn *fn)
{
	enum { CHUNK_SLOTS = MAP_CHUNK / sizeof(struct map_slot) };
	const struct map_slot *slot;
	uint32_t i;
	int err = 0;

	for (i = 0; i < table->groups && !err; i++) {
		slot = (const void *)map_chunk(each->map, section,
					       i / CHUNK_SLOTS);
		if (!slot)
			return 0;
		slot += i % CHUNK_SLOTS;
		if (slot->addr)
			err = group_each(each, i, slot->addr, fn);
	}
	return err;
}

static int rule_give(struct each *each, uint32_t host, uint32_t addr)
{
	if (map_rule_text(&each->rule, &each->buffer, each->map, host, addr))
		return 0;
	each->count++;
	return each->fn(&each->rule, each->arg);
}

static int host_note(struct each *each, uint32_t id, uint32_t addr,
		     uint64_t hash)
{
	size_t had = each->room;

	/* Numbers are given from the first host on: there are no more of them
	 * than records have room for. */
	if (id > each->map->header.section[MAP_RECORDS].size / 8)
		return 0;
	if (array_grow(&each->hosts, &each->room, (size_t)id + 1,
		       sizeof(*each->hosts)))
		return error_sys(-ENOMEM, "cannot read the map");
	if (each->room > had)
		memset(each->hosts + had, 0,
		       (each->room - had) * sizeof(*each->hosts));
	each->hosts[id] = (struct each_host){hash, addr};
	return 0;
}

/* The name as it is hashed, with room for whole words. */
struct each_name {
	uint8_t text[LIMIT_HOST + 24];
	const uint8_t *begin;
	size_t len;
	int kind;
};

static int host_name(struct each_name *name, const struct map *map,
		     uint32_t addr)
{
	size_t wild = 0;

	memset(name, 0, sizeof(*name));
	if (map_host_text((char *)name->text, &name->len, map, addr))
		return -EBADMSG;
	name->kind = MAP_KIND_HOST;
	if (name->len && name->text[0] == '*') {
		wild = name->len > 1 ? 2 : 1;
		name->kind = MAP_KIND_WILD;
	}
	name->begin = name->text + wild;
	name->len -= wild;
	return 0;
}

static int host_take(struct each *each, const struct each_entry *entry)
{
	const struct map_header *header = &each->map->header;
	const struct map_host *host;
	struct each_name name;
	const uint8_t *chunk;
	uint64_t hash;
	__u64 at;
	int err;

	if (host_name(&name, each->map, entry->addr))
		return 0;
	hash = map_hash(header, name.kind, 0, name.begin, name.len);
	if (!is_in_place(entry, hash, &header->hosts))
		return 0;
	if (each->over &&
	    map_find(each->over, hash, name.kind, 0, name.begin, name.len))
		return 0;
	chunk = map_record(each->map, entry->addr, &at);
	host = MAP_AT(chunk, at);
	err = host_note(each, host->id, entry->addr, hash);
	if (!err && host->flags & MAP_HOST_WHOLE)
		err = rule_give(each, entry->addr,
				entry->addr + map_host_size(host) / 8);
	return err;
}

static int rule_take(struct each *each, const struct each_entry *entry)
{
	const struct map_header *header = &each->map->header;
	const struct each_host *host;
	const struct map_rule *rule;
	const uint8_t *chunk;
	uint64_t hash;
	__u64 at;
	int kind;

	chunk = map_record(each->map, entry->addr, &at);
	rule = chunk ? MAP_AT(chunk, at) : NULL;
	if (!rule || rule->flags & MAP_RULE_MARKER || rule->host >= each->room)
		return 0;
	host = &each->hosts[rule->host];
	if (!host->addr || rule->key_len > LIMIT_PATH ||
	    at + sizeof(*rule) + rule->key_len > MAP_CHUNK)
		return 0;
	kind = rule->flags & MAP_RULE_PREFIX ? MAP_KIND_PREFIX : MAP_KIND_EXACT;
	hash = map_hash(header, kind, host->hash,
			MAP_AT(chunk, at + sizeof(*rule)), rule->key_len);
	if (!is_in_place(entry, hash, &header->paths))
		return 0;
	return rule_give(each, host->addr, entry->addr);
}

int map_each(const struct map *map, const struct map *over,
	     int (*fn)(const struct rule *rule, void *arg), void *arg,
	     uint64_t *count)
{
	struct each *each = calloc(1, sizeof(*each));
	int err;

	*count = 0;
	if (!each)
		return error_sys(-ENOMEM, "cannot read the map");
	each->map = map;
	each->over = over;
	each->fn = fn;
	each->arg = arg;
	err = table_each(each, MAP_HOSTS, &map->header.hosts, host_take);
	if (!err)
		err = table_each(each, MAP_PATHS, &map->header.paths,
				 rule_take);
	*count = each->count;
	free(each->hosts);
	free(each);
	return err;
}
