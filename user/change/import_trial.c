// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "error.h"
#include "import.h"
#include "import_trial.h"
#include "interrupt.h"
#include "map_build.h"
#include "map_file.h"
#include "progress.h"
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
	uint64_t done = 0;
	int err = map_build_open(&build, path), got;

	progress_stage("compiling", 0);
	while (!err && (got = trial_next(trial, &rule))) {
		err = got < 0 ? got : interrupt_check();
		err = err ? err : map_build_add(build, &rule);
		progress_at(++done);
	}
	if (!err)
		err = map_build_finish(build);
	map_build_free(build);
	return err;
}

/* What a signal that ends the program takes away before. */
static char trial_dir[PATH_MAX], trial_path[PATH_MAX + 4];

static void trial_end(int number)
{
	unlink(trial_path);
	rmdir(trial_dir);
	signal(number, SIG_DFL);
	raise(number);
}

static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
enum { ENDS = sizeof(ends) / sizeof(*ends) };

static void signals_take(struct sigaction before[ENDS])
{
	struct sigaction action = {.sa_handler = trial_end};
	size_t i;

	for (i = 0; i < ENDS; i++) {
		sigaction(ends[i], NULL, &before[i]);
		if (before[i].sa_handler == SIG_DFL)
			sigaction(ends[i], &action, NULL);
	}
}

static void signals_give(const struct sigaction before[ENDS])
{
	size_t i;

	for (i = 0; i < ENDS; i++)
		sigaction(ends[i], &before[i], NULL);
}

static int trial_dir_make(void)
{
	const char *tmp = getenv("TMPDIR");
	int n = snprintf(trial_dir, sizeof(trial_dir), "%s/detour-XXXXXX",
			 tmp && *tmp ? tmp : "/tmp");

	if (n < 0 || (size_t)n >= sizeof(trial_dir))
		return error_sys(-ENAMETOOLONG, "cannot create %s", tmp);
	if (!mkdtemp(trial_dir))
		return error_sys(-errno, "cannot create %s", trial_dir);
	snprintf(trial_path, sizeof(trial_path), "%s/map", trial_dir);
	return 0;
}

/* Compile and open the map of that release; no file of it stays. */
static int trial_map(struct trial *trial, struct map **map)
{
	struct sigaction before[ENDS];
	int err = trial_dir_make();

	if (err)
		return err;
	signals_take(before);
	err = trial_compile(trial, trial_path);
	if (!err)
		err = map_open(map, trial_path);
	unlink(trial_path);
	rmdir(trial_dir);
	signals_give(before);
	return err;
}

int import_trial(struct map **map, struct import *import, struct store *store,
		 uint64_t rows)
{
	struct trial trial = {.import = import};
	int err = 0;

	*map = NULL;
	if (!import->edit.rules.count)
		return 0;
	if (store && import->mode != IMPORT_REPLACE)
		err = store_scan_open(&trial.scan, store, rows, NULL, NULL);
	if (!err)
		err = trial_map(&trial, map);
	store_scan_close(trial.scan);
	return err;
}
