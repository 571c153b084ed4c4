// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <string.h>

#include "map_listed.h"
#include "map_more.h"
#include "map_view.h"

void map_more_level(struct map_listed_level *level, const struct map *map,
		    const struct map_level_hosts *hosts, uint64_t hash,
		    struct map_key *key)
{
	const struct map_host *host = map_level_host(map, hosts);

	*level = (struct map_listed_level){
		.map = map,
		.hosts = hosts,
		.key = key,
		.hash = hash,
		.id = host->rule.host,
		.flags = host->flags,
	};
}

/* The first of some lists. */
struct more_best {
	struct map_listed listed;
	bool found;
};

static void best_take(struct more_best *best, const struct map_listed *listed)
{
	if (best->found && map_listed_order(&best->listed, listed) <= 0)
		return;
	best->found = true;
	best->listed = *listed;
}

static int pairs_take(void *arg, const struct map_listed *listed)
{
	best_take(arg, listed);
	return 1;
}

/* Patterns without and with a final '*': a list has both, in this order. */
static int patterns_take(void *arg, const struct map_listed *listed)
{
	struct more_best *best = arg;
	bool rest = listed->flags & MAP_RULE_PREFIX;

	best_take(&best[rest], listed);
	return rest ? 1 : 0;
}

/* An exact path, with its query if len has it. */
static uint32_t more_exact(const struct map_listed_level *level, uint32_t len)
{
	uint32_t addr = map_path(level->map, MAP_KIND_EXACT, level->hash,
				 level->id, level->key, len);

	if (addr || !(level->flags & MAP_HOST_FOLD))
		return addr;
	map_fold(level->key);
	return map_path(level->map, MAP_KIND_FOLD, level->hash, level->id,
			level->key, len);
}

static uint32_t best_give(const struct map_listed_level *level,
			  const struct more_best *best)
{
	level->key->search.base = best->listed.map != level->map;
	return best->listed.addr;
}

static uint32_t more_paths(const struct map_listed_level *level)
{
	struct map_key *key = level->key;
	struct more_best pairs = {.found = false};
	uint32_t addr = 0;

	if (key->has_query && level->flags & MAP_HOST_QUERY)
		addr = more_exact(level, key->path_len + 1 + key->query_len);
	if (addr)
		return addr;
	map_pairs_each(level, pairs_take, &pairs);
	if (pairs.found)
		return best_give(level, &pairs);
	return level->flags & MAP_HOST_EXACT ? more_exact(level, key->path_len)
					     : 0;
}

/* The longest prefix; of two that are as long the one without case=ignore. */
static uint32_t more_prefix(const struct map_listed_level *level)
{
	struct map_search *search = &level->key->search;
	uint32_t addr, other, base, len;

	addr = map_prefix(level->map, level->hosts, level->hash, level->key);
	if (!(level->flags & MAP_HOST_FOLD))
		return addr;
	base = search->base;
	len = addr ? search->best_len : 0;
	map_fold(level->key);
	search->fold = MAP_KIND_FOLD;
	other = map_prefix(level->map, level->hosts, level->hash, level->key);
	search->fold = 0;
	if (other && search->best_len > len)
		return other;
	search->base = base;
	search->best_len = len;
	return addr;
}

static uint32_t more_prefixes(const struct map_listed_level *level)
{
	struct more_best best[2] = {{.found = false}, {.found = false}};
	struct map_search *search = &level->key->search;
	uint32_t addr;

	search->ask = level->flags & MAP_HOST_ASK;
	addr = more_prefix(level);
	if (search->ask)
		map_patterns_each(level, patterns_take, best);
	if (best[0].found)
		return best_give(level, &best[0]);
	if (best[1].found &&
	    (!addr || map_listed_lead(&best[1].listed) >= search->best_len))
		return best_give(level, &best[1]);
	return addr ? addr : map_whole(level->map, level->hosts, level->key);
}

uint32_t map_more(const struct map *map, struct map_key *key)
{
	struct map_level_hosts hosts = {key->search.own, key->search.below};
	struct map_listed_level level;
	uint32_t addr;

	map_more_level(&level, map, &hosts, key->search.hash, key);
	addr = more_paths(&level);
	return addr ? addr : more_prefixes(&level);
}

uint32_t map_half(const struct map *map, uint64_t hash, uint32_t addr)
{
	const struct map_rule *rule = map_record(map, addr);
	uint8_t key[LIMIT_PATH + 16] = "/";
	int kind = rule->flags & (MAP_KIND_BITS & ~MAP_KIND_FIRST);
	uint32_t len = rule->key_len, half;

	if (rule->flags & MAP_RULE_HOST) {
		kind = MAP_KIND_PREFIX | (rule->flags & MAP_RULE_FOLD);
		len = 1;
	} else if (len > LIMIT_PATH) {
		return addr;
	} else {
		memcpy(key, map_texts(map, addr, rule, len), len);
	}
	if (kind & (MAP_KIND_PAIRS | MAP_KIND_PATTERN)) {
		if (kind & MAP_KIND_PATTERN)
			kind = MAP_KIND_PATTERN;
		half = map_listed_find(map, kind | MAP_KIND_SECOND, hash,
				       rule->host, key, len, rule->shorter);
		return half ? half : addr;
	}
	kind |= MAP_KIND_SECOND;
	hash = map_hash(&map->header, kind, hash, key, len);
	half = map_view_find(map, hash, kind, rule->host, key, len);
	return half ? half : addr;
}
