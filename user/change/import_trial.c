// SPDX-License-Identifier: BSD-2-Clause
#include "import.h"
#include "import_trial.h"
#include "map_trial.h"
#include "release_map.h"
#include "rule.h"
#include "store.h"
#include "store_scan.h"

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

static int trial_next(void *arg, struct rule *rule)
{
	struct trial *trial = arg;
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

int import_trial(struct map **map, struct import *import, struct store *store,
		 uint64_t rows)
{
	struct trial trial = {.import = import};
	const struct release_source source = {.next = trial_next,
					      .arg = &trial};
	int err = 0;

	*map = NULL;
	if (!import->edit.rules.count)
		return 0;
	if (store && import->mode != IMPORT_REPLACE)
		err = store_scan_open(&trial.scan, store, rows, NULL, NULL);
	if (!err)
		err = map_trial(map, &source);
	store_scan_close(trial.scan);
	return err;
}
