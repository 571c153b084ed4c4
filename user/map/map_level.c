// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "array.h"
#include "error.h"
#include "map_level.h"
#include "map_listed.h"
#include "map_lookup.h"
#include "map_more.h"
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

/* Give a rule: of a source with one for each scheme, the request's. */
static int level_give(const struct level *level, uint32_t addr)
{
	const struct map *map = map_found(level->map, level->key);

	addr = map_lookup_half(level->map, level->key, addr);
	return level->fn(level->arg, map,
			 map == level->map ? level->hosts.own
					   : level->hosts.below,
			 addr);
}

static int level_ask_kind(const struct level *level, int kind, uint32_t len)
{
	uint32_t addr = map_path(level->map, kind, level->hash, level->id,
				 level->key, len);
	const struct map *map = map_found(level->map, level->key);

	if (!addr || map_record(map, addr)->flags & MAP_RULE_MARKER)
		return 0;
	return level_give(level, addr);
}

/* A key as it is, then with case=ignore. */
static int level_ask(const struct level *level, int kind, uint32_t len)
{
	int err = level_ask_kind(level, kind, len);

	if (err || !(level->flags & MAP_HOST_FOLD))
		return err;
	map_fold(level->key);
	return level_ask_kind(level, kind | MAP_KIND_FOLD, len);
}

/* What matches of the lists, in the order in which it wins. */
struct level_found {
	struct map_listed *listed;
	size_t count, room, given;
};

static int found_add(void *arg, const struct map_listed *listed)
{
	struct level_found *found = arg;

	if (array_grow(&found->listed, &found->room, found->count + 1,
		       sizeof(*found->listed)))
		return error_sys(-ENOMEM, "cannot search the map");
	found->listed[found->count++] = *listed;
	return 0;
}

/* Patterns with a final '*' come last. */
static int found_compare(const void *left, const void *right)
{
	const struct map_listed *a = left, *b = right;
	int rest =
		!!(a->flags & MAP_RULE_PREFIX) - !!(b->flags & MAP_RULE_PREFIX);

	return rest ? rest : map_listed_order(a, b);
}

typedef int level_lists_fn(const struct map_listed_level *level,
			   map_listed_fn *fn, void *arg);

static int level_find_listed(struct level *level, level_lists_fn *each,
			     struct level_found *found)
{
	struct map_listed_level listed;
	int err;

	map_more_level(&listed, level->map, &level->hosts, level->hash,
		       level->key);
	err = each(&listed, found_add, found);
	if (!err && found->count)
		qsort(found->listed, found->count, sizeof(*found->listed),
		      found_compare);
	return err;
}

/* Give those that are not prefixes, or have least bytes before their first
 * capture or more. */
static int level_give_listed(const struct level *level,
			     struct level_found *found, bool prefixes,
			     size_t least)
{
	const struct map_listed *listed;
	int err = 0;

	for (; found->given < found->count && !err; found->given++) {
		listed = &found->listed[found->given];
		if (listed->flags & MAP_RULE_PREFIX &&
		    (!prefixes || map_listed_lead(listed) < least))
			break;
		level->key->search.base = listed->map != level->map;
		err = level_give(level, listed->addr);
	}
	return err;
}

static int level_pairs(struct level *level)
{
	struct level_found found = {.count = 0};
	int err = level_find_listed(level, map_pairs_each, &found);

	if (!err)
		err = level_give_listed(level, &found, false, 0);
	free(found.listed);
	return err;
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

/* Each length that one of both maps has, the longest first. */
static uint32_t lengths_next(struct level_lengths *own,
			     struct level_lengths *below)
{
	uint32_t a = lengths_first(own), b = lengths_first(below);
	uint32_t length = a > b ? a : b;

	own->left -= own->left && a == length;
	below->left -= below->left && b == length;
	return length;
}

static int level_ask_prefix(const struct level *level, uint32_t length)
{
	struct map_key *key = level->key;
	uint32_t len = key->path_len;
	uint8_t after = key->path[len], folded;
	int err;

	map_fold(key);
	folded = key->folded[len];
	key->path[len] = key->folded[len] = '/';
	err = level_ask(level, MAP_KIND_PREFIX, length);
	key->path[len] = after;
	key->folded[len] = folded;
	return err;
}

/* The prefixes, longest first, of the path with a '/' after it; of those that
 * are as long, patterns before them. */
static int level_prefixes(const struct level *level, struct level_found *found)
{
	struct map_key *key = level->key;
	struct level_lengths own =
		lengths_of(level->map, level->hosts.own, key->path_len + 1);
	struct level_lengths below = {0};
	uint32_t length;
	int err = 0;

	if (level->map->lower)
		below = lengths_of(level->map->lower, level->hosts.below,
				   key->path_len + 1);
	while ((own.left || below.left) && !err) {
		length = lengths_next(&own, &below);
		err = level_give_listed(level, found, true, length);
		if (!err)
			err = level_ask_prefix(level, length);
	}
	return err ? err : level_give_listed(level, found, true, 0);
}

/* Find the host records of a level. */
static bool level_find(struct level *level, int kind, const uint8_t *name,
		       uint32_t len)
{
	const struct map *map = level->map;
	const struct map_host *host;

	level->hash = map_hash(&map->header, kind, 0, name, len);
	level->hosts.own = map_view_find(map, level->hash, kind, 0, name, len);
	level->hosts.below = 0;
	if (map->lower)
		level->hosts.below = map_view_find(map->lower, level->hash,
						   kind, 0, name, len);
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

static int level_exact(struct level *level)
{
	const struct map_key *key = level->key;
	int err = 0;

	if (key->has_query)
		err = level_ask(level, MAP_KIND_EXACT,
				key->path_len + 1 + key->query_len);
	if (!err)
		err = level_pairs(level);
	return err ? err : level_ask(level, MAP_KIND_EXACT, key->path_len);
}

/* Patterns and prefixes. */
static int level_longer(struct level *level)
{
	struct level_found found = {.count = 0};
	uint32_t whole;
	int err;

	err = level_find_listed(level, map_patterns_each, &found);
	if (!err)
		err = level_give_listed(level, &found, false, 0);
	if (!err)
		err = level_prefixes(level, &found);
	free(found.listed);
	if (err)
		return err;
	whole = map_whole(level->map, &level->hosts, level->key);
	return whole ? level_give(level, whole) : 0;
}

int map_level_each(const struct map *map, int kind, const uint8_t *name,
		   uint32_t len, struct map_key *key, map_match_fn *fn,
		   void *arg)
{
	struct level level = {.map = map, .key = key, .fn = fn, .arg = arg};
	int err;

	if (!level_find(&level, kind, name, len))
		return 0;
	key->search.fold = key->search.folded = 0;
	key->search.hash = level.hash;
	err = level_exact(&level);
	return err ? err : level_longer(&level);
}

int map_levels_each(const struct map *map, struct map_key *key,
		    map_match_fn *fn, void *arg)
{
	uint32_t at = 0;
	int err = 0;

	if (map_first(&map->header))
		err = map_level_each(map, MAP_KIND_FIRST, key->host, 0, key, fn,
				     arg);
	if (!err)
		err = map_level_each(map, MAP_KIND_HOST, key->host,
				     key->host_len, key, fn, arg);
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

bool map_levels_any(const struct map *map, const struct map_key *key)
{
	struct level level = {.map = map};
	uint32_t at = 0;
	bool any = level_find(&level, MAP_KIND_HOST, key->host, key->host_len);

	while (!any && key->host[0] != '[' && at < key->host_len) {
		if (key->host[at++] == '.')
			any = level_find(&level, MAP_KIND_WILD, key->host + at,
					 key->host_len - at);
	}
	return any || level_find(&level, MAP_KIND_WILD, key->host, 0) ||
	       (map_first(&map->header) &&
		level_find(&level, MAP_KIND_FIRST, key->host, 0));
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
