// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "host.h"
#include "live_file.h"
#include "map_file.h"
#include "map_level.h"
#include "map_view.h"
#include "rule.h"
#include "state.h"
#include "store.h"
#include "store_release.h"
#include "store_scan.h"
#include "web_map.h"

struct web_map {
	const char *state;
	struct live_file live;
	struct map *map;
};

int web_map_new(struct web_map **web, const char *state)
{
	*web = calloc(1, sizeof(**web));
	if (!*web)
		return error_sys(-ENOMEM, "cannot look at the map");
	(*web)->state = state;
	return 0;
}

static int map_take(struct web_map *web, const struct live_file *live)
{
	char path[PATH_MAX];
	struct map *map = NULL;
	int err = 0;

	state_map_path(path, web->state, live->map);
	if (*live->map)
		err = map_open_near(&map, path, web->map);
	if (err)
		return err;
	map_close(web->map);
	web->map = map;
	web->live = *live;
	return 0;
}

int web_map_live(struct web_map *web, const struct map **map, uint64_t *release)
{
	struct live_file live;
	int err;

	memset(&live, 0, sizeof(live));
	err = live_file_read(web->state, &live);
	if (!err && memcmp(&live, &web->live, sizeof(live)))
		err = map_take(web, &live);
	*map = web->map;
	*release = web->live.release;
	return err;
}

static bool level_has(const struct map *map, int kind, const char *name,
		      size_t len)
{
	struct map_level_cost cost;

	return map_level_cost(map, kind, (const uint8_t *)name, len, &cost);
}

/* An overlay has the hosts of rules that were removed, too: its store knows. */
static int store_has(const struct web_map *web, const char *name)
{
	struct store_scan *scan = NULL;
	struct store *store = NULL;
	uint64_t rows, rules;
	struct rule rule;
	int got;

	got = store_open(&store, web->state, STORE_READ);
	if (!got)
		got = store_rows(store, web->live.release, &rows, &rules);
	if (!got)
		got = store_scan_host(&scan, store, rows, name);
	if (!got)
		got = store_scan_next(scan, &rule);
	store_scan_close(scan);
	store_close(store);
	return got;
}

/* A name as rules have it, and where the part begins that the map has. */
static int name_has(const struct web_map *web, const char *name, bool wild)
{
	const char *part = name + (wild ? strlen("*.") : 0);

	if (!level_has(web->map, wild ? MAP_KIND_WILD : MAP_KIND_HOST, part,
		       strlen(part)))
		return 0;
	return map_lower(web->map) ? store_has(web, name) : 1;
}

/* The texts are read in words of 8 bytes. */
int web_map_host(struct web_map *web, const char *host, size_t len)
{
	const char *reason = "it is none", *dot;
	char name[HOST_SIZE + 8] = "", wild[HOST_SIZE + 10] = "";
	const struct map *map;
	uint64_t release;
	int got;

	if (host_rule(name, host, len, &reason) <= 0 || strchr(name, '*') ||
	    *name == '.')
		return error_set(-EINVAL, "no host: %s", reason);
	got = web_map_live(web, &map, &release);
	if (got || !map)
		return got;
	got = name_has(web, name, false);
	for (dot = *name == '[' ? NULL : strchr(name, '.'); dot && !got;
	     dot = strchr(dot + 1, '.')) {
		snprintf(wild, sizeof(wild), "*%s", dot);
		got = name_has(web, wild, true);
	}
	return got;
}

void web_map_free(struct web_map *web)
{
	if (web)
		map_close(web->map);
	free(web);
}
