// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "error.h"
#include "file.h"
#include "host_set.h"
#include "map_build.h"
#include "map_file.h"
#include "map_hosts.h"
#include "release_map.h"
#include "release_overlay.h"
#include "rule.h"
#include "state.h"
#include "store.h"
#include "store_rule.h"

enum {
	/* Below it a whole map is compiled as fast. */
	BASE_MIN = 8192,
	/* An overlay may have 1 in so many of its lower map's rules: beyond,
	 * what it saves is no longer worth what is lost where it does not
	 * do. */
	OVERLAY_PART = 4,
	/* It is compiled anew by each change, so one that has grown to so much
	 * makes the next ones slow (100 rules take 0.1 ms). */
	FOLD_RULES = 8192,
	FOLD_PART = 8,
	FOLD_HOSTS = HOST_SET_MAX / 4 * 3,
};

struct overlay {
	const struct map *live;
	const struct map *lower;
	const char *lower_name;
	struct host_set hosts;
	size_t hosts_before; /* in the overlay that is live */
	uint64_t rules, rules_max;
	struct map_build *build;
};

/* Find the lower map: what is live, or what that was made over. */
static int base_find(struct overlay *overlay, const char *live_name)
{
	const struct map *lower = map_lower(overlay->live);

	overlay->lower = lower ? lower : overlay->live;
	overlay->lower_name = lower ? map_lower_name(overlay->live) : live_name;
	overlay->rules_max = map_rules_own(overlay->lower) / OVERLAY_PART;
	return map_rules_own(overlay->lower) < BASE_MIN;
}

/* The hosts of the live overlay, and those that were touched since. */
static int hosts_gather(struct overlay *overlay, const struct host_set *touched)
{
	int err = 0;
	size_t i;

	if (overlay->live != overlay->lower) {
		err = map_verify_own(overlay->live);
		if (!err)
			err = map_hosts(overlay->live, &overlay->hosts);
		overlay->hosts_before = overlay->hosts.count;
	}
	for (i = 0; i < touched->count && !err; i++)
		err = host_set_add(&overlay->hosts, touched->host[i],
				   strlen(touched->host[i]));
	if (err)
		return err == -EBADMSG ? 1 : err;
	host_set_sort(&overlay->hosts);
	return touched->full || overlay->hosts.full;
}

static int host_compile(struct overlay *overlay, const char *host,
			struct store_scan *scan)
{
	struct rule rule;
	int err;

	err = map_build_host(overlay->build, host);
	while (!err && (err = store_scan_next(scan, &rule)) > 0) {
		if (++overlay->rules > overlay->rules_max)
			return 1;
		err = map_build_add(overlay->build, &rule);
	}
	return err;
}

static int hosts_compile(struct overlay *overlay, struct store *store,
			 uint64_t rows)
{
	struct store_scan *scan = NULL;
	int err = 0;
	size_t i;

	for (i = 0; i < overlay->hosts.count && !err; i++) {
		err = store_scan_host(&scan, store, rows,
				      overlay->hosts.host[i]);
		if (!err)
			err = host_compile(overlay, overlay->hosts.host[i],
					   scan);
	}
	store_scan_close(scan);
	return err;
}

static int overlay_compile(struct overlay *overlay, const char *path,
			   struct store *store, uint64_t rows, uint64_t rules)
{
	int err = map_build_open(&overlay->build, path);

	if (err)
		return err;
	map_build_over(overlay->build, overlay->lower, overlay->lower_name,
		       rules);
	err = hosts_compile(overlay, store, rows);
	if (!err)
		err = map_build_finish(overlay->build);
	map_build_free(overlay->build);
	return err == -EAGAIN || err == -EFBIG ? 1 : err;
}

/* Whether it is time to begin with a new lower map. Not for one host alone:
 * with the next change it would stand in the overlay again. */
static bool is_large(const struct overlay *overlay)
{
	uint64_t rules = map_rules_own(overlay->lower) / FOLD_PART;
	size_t hosts = overlay->hosts.count;

	if (rules > FOLD_RULES)
		rules = FOLD_RULES;
	return hosts > 1 && hosts > overlay->hosts_before &&
	       (overlay->rules > rules || hosts > FOLD_HOSTS);
}

int release_map_overlay(const char *path, const char *state,
			const struct live_file *live, struct store *store,
			uint64_t rows, uint64_t rules, bool *large)
{
	struct overlay overlay = {0};
	struct map *map = NULL;
	char live_path[PATH_MAX], base_path[PATH_MAX];
	int err = 1;

	*large = false;
	if (!rules || !*live->map)
		return 1;
	state_map_path(live_path, state, live->map);
	if (map_open(&map, live_path))
		return 1;
	overlay.live = map;
	err = !map_form_current(map);
	if (!err)
		err = base_find(&overlay, live->map);
	state_map_path(base_path, state, overlay.lower_name);
	if (!err && !file_shared(base_path))
		err = 1;
	if (!err)
		err = hosts_gather(&overlay, store_touched(store));
	if (!err)
		err = overlay_compile(&overlay, path, store, rows, rules);
	*large = !err && is_large(&overlay);
	host_set_free(&overlay.hosts);
	map_close(map);
	return err;
}
