// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <limits.h>
#include <string.h>

#include "error.h"
#include "file.h"
#include "map_build.h"
#include "map_file.h"
#include "map_each.h"
#include "release_map.h"
#include "release_overlay.h"
#include "rule.h"
#include "source_set.h"
#include "state.h"
#include "store.h"
#include "store_rule.h"
#include "store_scan.h"

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
};

struct overlay {
	const struct map *live;
	const struct map *lower;
	const char *lower_name;
	struct source_set sources;
	struct map_build *build;
};

/* Find the lower map: what is live, or what that was made over. */
static int base_find(struct overlay *overlay, const char *live_name)
{
	const struct map *lower = map_lower(overlay->live);

	overlay->lower = lower ? lower : overlay->live;
	overlay->lower_name = lower ? map_lower_name(overlay->live) : live_name;
	return map_rules_own(overlay->lower) < BASE_MIN;
}

static int source_note(const struct rule *rule, void *arg)
{
	return source_set_add(arg, rule->source, rule->source_len);
}

/* The sources of the live overlay, and those that were touched since. */
static int sources_gather(struct overlay *overlay,
			  const struct source_set *touched)
{
	struct source_set *sources = &overlay->sources;
	int err = 0;
	size_t i;

	if (overlay->live != overlay->lower) {
		err = map_verify_own(overlay->live);
		if (!err)
			err = map_each_source(overlay->live, source_note,
					      sources);
	}
	for (i = 0; i < touched->count && !err; i++)
		err = source_set_add(sources, touched->source[i],
				     strlen(touched->source[i]));
	if (err)
		return err == -EBADMSG ? 1 : err;
	source_set_sort(sources);
	return touched->full || sources->full ||
	       sources->count > map_rules_own(overlay->lower) / OVERLAY_PART;
}

/* Whether a rule with case=ignore may be stored so: in lower case. */
static bool source_may_fold(const char *source)
{
	for (; *source; source++)
		if (*source >= 'A' && *source <= 'Z')
			return false;
	return true;
}

/* What a source's rules are now, or that they are gone; those with case=ignore
 * are another source's. */
static int source_compile(struct overlay *overlay, const char *source,
			  struct store_scan *scan)
{
	bool there[2] = {false, false};
	struct rule rule;
	int err, fold;

	while ((err = store_scan_next(scan, &rule)) > 0) {
		there[rule.fold] = true;
		err = map_build_add(overlay->build, &rule);
		if (err)
			return err;
	}
	for (fold = 0; fold < 2 && !err; fold++)
		if (!there[fold] && (!fold || source_may_fold(source)))
			err = map_build_gone(overlay->build, source, fold);
	return err;
}

static int sources_compile(struct overlay *overlay, struct store *store,
			   uint64_t rows)
{
	struct store_scan *scan = NULL;
	int err = 0;
	size_t i;

	for (i = 0; i < overlay->sources.count && !err; i++) {
		const char *source = overlay->sources.source[i];

		err = store_scan_source(&scan, store, rows, source);
		if (!err)
			err = source_compile(overlay, source, scan);
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
	err = sources_compile(overlay, store, rows);
	if (!err)
		err = map_build_finish(overlay->build);
	map_build_free(overlay->build);
	return err == -EAGAIN || err == -EFBIG ? 1 : err;
}

/* Whether it is time to begin with a new lower map. */
static bool is_large(const struct overlay *overlay)
{
	uint64_t rules = map_rules_own(overlay->lower) / FOLD_PART;

	return overlay->sources.count >
	       (rules > FOLD_RULES ? FOLD_RULES : rules);
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
		err = sources_gather(&overlay, store_touched(store));
	if (!err)
		err = overlay_compile(&overlay, path, store, rows, rules);
	*large = !err && is_large(&overlay);
	source_set_free(&overlay.sources);
	map_close(map);
	return err;
}
