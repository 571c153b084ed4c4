// SPDX-License-Identifier: BSD-2-Clause
#include "map_level.h"
#include "map_view.h"

struct level {
	const struct map *map;
	uint64_t hash;
	uint32_t host, id;
	struct map_key *key;
	map_match_fn *fn;
	void *arg;
};

static int level_ask(const struct level *level, int kind, uint32_t len)
{
	uint32_t addr = map_path(level->map, kind, level->hash, level->id,
				 level->key->path, len);
	const struct map_rule *rule = map_rule_at(level->map, addr);

	if (!rule || rule->flags & MAP_RULE_MARKER)
		return 0;
	return level->fn(level->arg, level->map, level->host, addr);
}

/* The prefixes, longest first, of the path with a '/' behind it. */
static int level_prefixes(const struct level *level, const uint8_t *chunk,
			  uint32_t at)
{
	const struct map_host *host = (const void *)(chunk + at);
	uint32_t i = host->lengths, len = level->key->path_len, length;
	uint8_t behind = level->key->path[len];
	int err = 0;

	level->key->path[len] = '/';
	while (i-- && !err) {
		length = map_length(chunk, at + sizeof(*host), i);
		if (length <= len + 1)
			err = level_ask(level, MAP_KIND_PREFIX, length);
	}
	level->key->path[len] = behind;
	return err;
}

int map_level_each(const struct map *map, int kind, const uint8_t *name,
		   uint32_t len, struct map_key *key, map_match_fn *fn,
		   void *arg)
{
	struct level level = {.map = map, .key = key, .fn = fn, .arg = arg};
	const struct map_host *host;
	const uint8_t *chunk;
	__u64 at;
	int err = 0;

	level.hash = map_hash(&map->header, kind, 0, name, len);
	level.host = map_find(map, level.hash, kind, 0, name, len);
	if (!level.host && map->lower) {
		level.map = map->lower;
		level.host =
			map_find(level.map, level.hash, kind, 0, name, len);
	}
	chunk = map_record(level.map, level.host, &at);
	if (!chunk)
		return 0;
	host = (const void *)(chunk + at);
	level.id = host->id;
	if (key->has_query)
		err = level_ask(&level, MAP_KIND_EXACT,
				key->path_len + 1 + key->query_len);
	if (!err)
		err = level_ask(&level, MAP_KIND_EXACT, key->path_len);
	if (!err)
		err = level_prefixes(&level, chunk, at);
	if (!err && host->flags & MAP_HOST_WHOLE)
		err = fn(arg, level.map, level.host,
			 level.host + map_host_size(host) / 8);
	return err;
}

int map_levels_each(const struct map *map, struct map_key *key,
		    map_match_fn *fn, void *arg)
{
	uint32_t at = 0;
	int err;

	err = map_level_each(map, MAP_KIND_HOST, key->host, key->host_len, key,
			     fn, arg);
	while (!err && key->host[0] != '[' && at < key->host_len) {
		if (key->host[at++] == '.')
			err = map_level_each(map, MAP_KIND_WILD, key->host + at,
					     key->host_len - at, key, fn, arg);
	}
	if (!err)
		err = map_level_each(map, MAP_KIND_WILD, key->host, 0, key, fn,
				     arg);
	return err;
}

const struct map_host *map_level_host(const struct map *map, int kind,
				      const uint8_t *name, uint32_t len,
				      const struct map **found)
{
	__u64 hash = map_hash(&map->header, kind, 0, name, len), at;
	uint32_t addr = map_find(map, hash, kind, 0, name, len);
	const uint8_t *chunk;

	if (!addr && map->lower) {
		map = map->lower;
		addr = map_find(map, hash, kind, 0, name, len);
	}
	*found = map;
	chunk = map_record(map, addr, &at);
	return chunk ? (const struct map_host *)(chunk + at) : NULL;
}
