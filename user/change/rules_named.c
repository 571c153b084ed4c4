// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "findings.h"
#include "import_read.h"
#include "line_errors.h"
#include "map_file.h"
#include "map_trial.h"
#include "progress.h"
#include "release_map.h"
#include "rule.h"
#include "rules_named.h"
#include "state.h"
#include "store_draft.h"

static const char draft_word[] = "draft";

static bool is_number(const char *name)
{
	size_t digits = strspn(name, "0123456789");

	return digits && digits <= 18 && !name[digits];
}

static bool is_draft(const char *name)
{
	size_t len = sizeof(draft_word) - 1;

	return !strncmp(name, draft_word, len) &&
	       (!name[len] || name[len] == ':');
}

static int release_open(struct rules_named *named, const char *state,
			const char *name, FILE *out)
{
	bool live = named->kind == RULES_NAMED_LIVE;
	int err;

	err = release_view_open(
		&named->view, state,
		live ? RELEASE_VIEW_LIVE : strtoull(name, NULL, 10), out);
	snprintf(named->text, sizeof(named->text), "release %" PRIu64 "%s",
		 named->view.release, live ? ", which is live" : "");
	return err;
}

static int draft_open(struct rules_named *named, const char *state,
		      const char *name, FILE *out)
{
	int err;

	name += sizeof(draft_word) - 1;
	name = *name ? name + 1 : STORE_DRAFT_USUAL;
	err = store_draft_name(name);
	if (!err)
		err = release_view_draft(&named->view, state, name, out);
	snprintf(named->text, sizeof(named->text), "draft %s", name);
	return err;
}

static int file_open(struct rules_named *named, const char *name)
{
	struct import *file = &named->file;
	int err;

	snprintf(named->text, sizeof(named->text), "%s", name);
	file->mode = IMPORT_REPLACE;
	err = import_read(file, name);
	if (!err)
		err = import_compare(file, NULL, 0);
	if (err)
		return err;
	if (file->errors.total)
		return error_set(-EINVAL, "import would refuse %s", name);
	if (!named->partial &&
	    findings_total(&file->read.findings, FINDING_CANNOT))
		return error_set(
			-EINVAL,
			"import would refuse %s; --partial takes the rest of it",
			name);
	return 0;
}

int rules_named_open(struct rules_named *named, const char *state,
		     const char *name, FILE *out)
{
	int err;

	if (!strcmp(name, "live"))
		named->kind = RULES_NAMED_LIVE;
	else if (is_number(name))
		named->kind = RULES_NAMED_RELEASE;
	else if (is_draft(name))
		named->kind = RULES_NAMED_DRAFT;
	else
		named->kind = RULES_NAMED_FILE;
	if (named->kind == RULES_NAMED_FILE)
		err = file_open(named, name);
	else if (named->kind == RULES_NAMED_DRAFT)
		err = draft_open(named, state, name, out);
	else
		err = release_open(named, state, name, out);
	rules_named_again(named);
	return err;
}

static int named_next(void *arg, struct rule *rule)
{
	struct rules_named *named = arg;
	const struct ruleset *set = &named->file.edit.rules;

	if (named->kind != RULES_NAMED_FILE)
		return release_view_next(&named->walk, rule);
	if (named->at == set->count)
		return 0;
	ruleset_get(&set->entries[named->at++], rule);
	return 1;
}

int rules_named_next(struct rules_named *named, struct rule *rule)
{
	return named_next(named, rule);
}

uint64_t rules_named_count(const struct rules_named *named)
{
	return named->kind == RULES_NAMED_FILE ? named->file.edit.rules.count
					       : named->view.rules;
}

void rules_named_again(struct rules_named *named)
{
	release_view_end(&named->walk);
	named->walk = (struct release_view_walk){.view = &named->view};
	named->at = 0;
}

/* The map of a release, if it is there: not under the lock, so that it may go,
 * or be another's, at any time before it is open. */
static struct map *map_find(const struct rules_named *named, const char *state)
{
	struct live_file file = named->view.live;
	char path[PATH_MAX];
	struct map *map;

	if (named->view.release != file.release)
		release_map_name(&file, named->view.release);
	state_map_path(path, state, file.map);
	if (map_open(&map, path))
		return NULL;
	if (!map_verify(map) && map_rules(map) == named->view.rules)
		return map;
	map_close(map);
	return NULL;
}

int rules_named_map(struct map **map, struct rules_named *named,
		    const char *state)
{
	const struct release_source source = {.next = named_next, .arg = named};

	*map = NULL;
	if (!rules_named_count(named))
		return 0;
	if (named->kind == RULES_NAMED_LIVE ||
	    named->kind == RULES_NAMED_RELEASE)
		*map = map_find(named, state);
	if (*map)
		return 0;
	rules_named_again(named);
	return map_trial(map, &source);
}

void rules_named_refused(const struct rules_named *named, const char *name,
			 FILE *out)
{
	const struct import *file = &named->file;
	char reason[ERROR_TEXT];

	if (named->kind != RULES_NAMED_FILE)
		return;
	progress_off();
	error_save(reason);
	findings_print(out, &file->read.findings, FINDING_CANNOT,
		       &file->read.places, name, FINDINGS_KEPT);
	line_errors_print(out, &file->errors, name, "error");
	error_restore(reason);
}

void rules_named_close(struct rules_named *named)
{
	release_view_end(&named->walk);
	release_view_close(&named->view);
	import_free(&named->file);
}
