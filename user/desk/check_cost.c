// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "check.h"
#include "check_cost.h"
#include "map_level.h"
#include "map_view.h"
#include "rule.h"
#include "ruleset.h"

/*
 * What a request for a host costs is counted in probes of the map's tables, the
 * worst request's. Ordinary rules need a few dozen.
 */
enum {
	COST_MAX = 100,
	COST_LEVEL = MAP_SEARCH_MAX + 5, /* no level can cost more */
};

struct cost {
	unsigned int probes;
	unsigned int levels;  /* host levels that have rules */
	unsigned int lengths; /* of prefixes, on the one that has most */
};

static void level_count(struct cost *cost, const struct map *map, int kind,
			const char *name, size_t len)
{
	struct map_level_cost level;
	unsigned int lengths;

	cost->probes++;
	if (!map_level_cost(map, kind, (const uint8_t *)name, len, &level))
		return;
	cost->levels++;
	cost->probes += level.exact + level.query;
	if (level.lengths)
		cost->probes++; /* what a marker stands for */
	for (lengths = level.lengths; lengths; lengths /= 2)
		cost->probes++;
	if (level.lengths > cost->lengths)
		cost->lengths = level.lengths;
}

static unsigned int labels_of(const char *name, const char *end)
{
	unsigned int labels = 1;

	for (; name < end; name++)
		labels += *name == '.';
	return labels;
}

/* All levels of a host as a rule has it; of a wildcard, those of a name below
 * it. */
static void host_count(struct cost *cost, const struct map *map,
		       const char *name, size_t len)
{
	char host[LIMIT_HOST + 16]; /* read in words of 8 bytes */
	const char *end = host + len, *at = host;

	memcpy(host, name, len);
	*cost = (struct cost){0};
	if (*host == '*')
		at++;
	else
		level_count(cost, map, MAP_KIND_HOST, host, len);
	for (; *host != '[' && at < end; at++)
		if (*at == '.' &&
		    map_wild(&map->header, labels_of(at + 1, end)))
			level_count(cost, map, MAP_KIND_WILD, at + 1,
				    end - at - 1);
	if (map_wild(&map->header, 0))
		level_count(cost, map, MAP_KIND_WILD, host, 0);
}

/* Whether any host could cost too much. */
static bool map_is_deep(const struct map *map)
{
	const __u64 *wild = map->header.wild;
	int depths =
		__builtin_popcountll(wild[0]) + __builtin_popcountll(wild[1]);

	return (depths + 1) * COST_LEVEL > COST_MAX;
}

static void cost_report(const struct check *check,
			const struct ruleset_entry *worst,
			const struct rule *rule, const struct cost *most)
{
	struct warning warning = check_about("capacity", worst, rule);

	warnings_add(
		check->warnings, &warning,
		"host %.*s: a request may take %u probes, over %d: it and its wildcards have rules on %u levels, with up to %u lengths of prefixes each",
		(int)strcspn(worst->source, "/"), worst->source, most->probes,
		COST_MAX, most->levels, most->lengths);
}

int check_cost(const struct check *check)
{
	const struct ruleset_entry *at = NULL, *worst = NULL;
	struct cost cost, most = {.probes = COST_MAX};
	struct rule rule;
	size_t i, len = 0;

	if (!map_is_deep(check->map))
		return 0;
	for (i = 0; i < check->set->count; i++) {
		const struct ruleset_entry *entry = &check->set->entries[i];

		if (at && entry->source[len] == '/' &&
		    !memcmp(at->source, entry->source, len))
			continue;
		at = entry;
		len = strcspn(entry->source, "/");
		host_count(&cost, check->map, entry->source, len);
		if (cost.probes <= most.probes)
			continue;
		most = cost;
		worst = entry;
	}
	if (!worst)
		return 0;
	ruleset_get(worst, &rule);
	cost_report(check, worst, &rule, &most);
	return 0;
}
