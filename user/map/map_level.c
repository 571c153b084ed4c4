// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>

#include "map_level.h"
#include "map_view.h"

struct level {
	const struct map *map;
	struct map_level_hosts hosts;
	uint64_t hash;
	uint32_t id, flags;
	struct map_key *key;
	map_match_fn *fn;
	void *arg;
};

static int level_give(const struct level *level, uint32_t addr)
{
	const struct map *map = map_found(level->map, level->key);

	return level->fn(level->arg, map,
			 map == level->map ? level->hosts.own
					   : level->hosts.below,
			 addr);
}

static int level_ask(const struct level *level, int kind, uint32_t len)
{
	uint32_t addr = map_path(level->map, kind, level->hash, level->id,
				 level->key, len);
	const struct map *map = map_found(level->map, level->key);

	if (!addr || map_record(map, addr)->flags & MAP_RULE_MARKER)
		return 0;
	return level_give(level, addr);
}

/* The prefix lengths of a host in one map, from the longest on, as far as they
 * are not longer than the path. */
struct level_lengths {
	const uint8_t *texts;
	uint32_t left;
};

static struct level_lengths lengths_of(const struct map *map, uint32_t addr,
				       uint32_t most)
{
	const struct map_host *host = (const void *)map_record(map, addr);
	struct level_lengths lengths = {
		.texts = map_texts(map, addr, &host->rule, map_host_name(host)),
		.left = addr ? map_host_lengths(host) : 0,
	};

	while (lengths.left &&
	       map_length(lengths.texts, lengths.left - 1) > most)
		lengths.left--;
	return lengths;
}

static uint32_t lengths_first(const struct level_lengths *lengths)
{
	return lengths->left ? map_length(lengths->texts, lengths->left - 1)
			     : 0;
}

/* The prefixes, longest first, of the path with a '/' after it. */
static int level_prefixes(const struct level *level)
{
	struct map_key *key = level->key;
	uint32_t len = key->path_len, a, b, length;
	struct level_lengths own =
		lengths_of(level->map, level->hosts.own, len + 1);
	struct level_lengths below = {0};
	uint8_t after = key->path[len];
	int err = 0;

	if (level->map->lower)
		below = lengths_of(level->map->lower, level->hosts.below,
				   len + 1);
	key->path[len] = '/';
	while ((own.left || below.left) && !err) {
		a = lengths_first(&own);
		b = lengths_first(&below);
		length = a > b ? a : b;
		own.left -= own.left && a == length;
		below.left -= below.left && b == length;
		err = level_ask(level, MAP_KIND_PREFIX, length);
	}
	key->path[len] = after;
	return err;
}

/* Find the host records of a level. */
static bool level_find(struct level *level, int kind, const uint8_t *name,
		       uint32_t len)
{
	const struct map *map = level->map;
	const struct map_host *host;

	level->hash = map_hash(&map->header, kind, 0, name, len);
	level->hosts.own = map_find(map, level->hash, kind, 0, name, len);
	level->hosts.below = 0;
	if (map->lower)
		level->hosts.below =
			map_find(map->lower, level->hash, kind, 0, name, len);
	if (!level->hosts.own && !level->hosts.below)
		return false;
	host = level->hosts.own
		       ? (const void *)map_record(map, level->hosts.own)
		       : (const void *)map_record(map->lower,
						  level->hosts.below);
	level->id = host->rule.host;
	level->flags = host->flags;
	return true;
}

int map_level_each(const struct map *map, int kind, const uint8_t *name,
		   uint32_t len, struct map_key *key, map_match_fn *fn,
		   void *arg)
{
	struct level level = {.map = map, .key = key, .fn = fn, .arg = arg};
	uint32_t whole;
	int err = 0;

	if (!level_find(&level, kind, name, len))
		return 0;
	if (key->has_query)
		err = level_ask(&level, MAP_KIND_EXACT,
				key->path_len + 1 + key->query_len);
	if (!err)
		err = level_ask(&level, MAP_KIND_EXACT, key->path_len);
	if (!err)
		err = level_prefixes(&level);
	whole = err ? 0 : map_whole(map, &level.hosts, key);
	return whole ? level_give(&level, whole) : err;
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

bool map_level_cost(const struct map *map, int kind, const uint8_t *name,
		    uint32_t len, struct map_level_cost *cost)
{
	struct level level = {.map = map};
	struct level_lengths own, below = {0};

	if (!level_find(&level, kind, name, len))
		return false;
	own = lengths_of(map, level.hosts.own, LIMIT_PATH);
	if (map->lower)
		below = lengths_of(map->lower, level.hosts.below, LIMIT_PATH);
	cost->lengths = own.left + below.left;
	cost->exact = level.flags & MAP_HOST_EXACT;
	cost->query = level.flags & MAP_HOST_QUERY;
	return true;
}
