// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "change_warn.h"
#include "error.h"
#include "import.h"
#include "import_trial.h"
#include "map_build.h"
#include "map_file.h"
#include "store.h"
#include "store_rule.h"

/* The rules that an import would make live: the file's and, unless it is to be
 * the whole set, the live ones that it does not have. */
struct trial {
	struct import *import;
	struct store_scan *scan; /* or NULL: no live ones */
	struct rule live;
	bool held;  /* live has not had its turn */
	bool ended; /* the scan: asked again, it would begin anew */
	size_t at;
};

/* Whether the import takes a live rule away without another in its place. */
static bool live_goes(const struct trial *trial)
{
	const struct edit *edit = &trial->import->edit;

	return edit->removed && ruleset_find(&edit->gone, &trial->live) &&
	       !ruleset_find(&edit->rules, &trial->live);
}

/* Let the scan's next rule stand in trial->live, if there is one. */
static int live_hold(struct trial *trial)
{
	int got;

	if (!trial->scan || trial->held || trial->ended)
		return 0;
	do
		got = store_scan_next(trial->scan, &trial->live);
	while (got > 0 && live_goes(trial));
	trial->held = got > 0;
	trial->ended = !got;
	return got < 0 ? got : 0;
}

static int trial_next(struct trial *trial, struct rule *rule)
{
	const struct ruleset *file = &trial->import->edit.rules;
	int err = live_hold(trial), order = -1;

	if (err)
		return err;
	if (trial->held && trial->at < file->count)
		order = ruleset_order_rule(&file->entries[trial->at],
					   &trial->live);
	else if (trial->held)
		order = 1;
	else if (trial->at == file->count)
		return 0;
	if (order > 0)
		*rule = trial->live;
	else
		ruleset_get(&file->entries[trial->at++], rule);
	if (order >= 0)
		trial->held = false;
	return 1;
}

static int trial_compile(struct trial *trial, const char *path)
{
	struct map_build *build;
	struct rule rule;
	int err = map_build_open(&build, path), got;

	while (!err && (got = trial_next(trial, &rule)))
		err = got < 0 ? got : map_build_add(build, &rule);
	if (!err)
		err = map_build_finish(build);
	map_build_free(build);
	return err;
}

/* Compile and open the map of that release; no file of it stays. */
static int trial_map(struct trial *trial, struct map **map)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = NULL, *path = NULL;
	int err = 0;

	if (asprintf(&dir, "%s/detour-XXXXXX", tmp && *tmp ? tmp : "/tmp") < 0)
		return error_sys(-ENOMEM, "cannot try the rules");
	if (!mkdtemp(dir))
		err = error_sys(-errno, "cannot create %s", dir);
	else if (asprintf(&path, "%s/map", dir) < 0)
		err = error_sys(-ENOMEM, "cannot try the rules");
	if (!err) {
		err = trial_compile(trial, path);
		if (!err)
			err = map_open(map, path);
		unlink(path);
	}
	rmdir(dir);
	free(path);
	free(dir);
	return err;
}

int import_try(struct import *import, struct store *store, uint64_t rows)
{
	struct trial trial = {.import = import};
	struct map *map = NULL;
	int err = 0;

	if (!import->edit.rules.count)
		return 0;
	if (store && import->mode != IMPORT_REPLACE)
		err = store_scan_open(&trial.scan, store, rows, NULL, NULL);
	if (!err)
		err = trial_map(&trial, &map);
	if (!err)
		err = change_warn(&import->warnings, map, &import->edit.rules);
	map_close(map);
	store_scan_close(trial.scan);
	return err;
}
