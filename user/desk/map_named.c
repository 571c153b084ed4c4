// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "desk_live.h"
#include "error.h"
#include "findings.h"
#include "import.h"
#include "import_read.h"
#include "import_trial.h"
#include "line_errors.h"
#include "map_file.h"
#include "map_named.h"
#include "release.h"
#include "ruleset.h"

static int live_open(struct map **map, char about[MAP_NAMED_ABOUT],
		     const char *state, FILE *out)
{
	struct live_file live;
	int err = release_open_map(state, &live, map, out);

	if (!err)
		snprintf(about, MAP_NAMED_ABOUT, "release %" PRIu64 ", live",
			 live.release);
	return err;
}

/* The map of one that is not live may be gone, and is compiled. */
static int release_open(struct map **map, char about[MAP_NAMED_ABOUT],
			const char *name, const char *state, FILE *out)
{
	struct ruleset set = {0};
	uint64_t release;
	int err;

	errno = 0;
	release = strtoull(name, NULL, 10);
	if (errno || release > INT64_MAX)
		return error_set(-ENOENT, "there is no release %s", name);
	err = desk_live(&set, map, state, release, out);
	ruleset_free(&set);
	snprintf(about, MAP_NAMED_ABOUT, "release %" PRIu64, release);
	return err;
}

static int draft_open(const char *name)
{
	const char *draft = name[5] ? name + 6 : "draft";

	return error_set(-ENOENT, "there is no draft '%s'", draft);
}

/* What import would refuse of a file is said, and is an error. */
static int file_check(const struct import *import, const char *path, FILE *out)
{
	const struct findings *findings = &import->read.findings;

	findings_print(out, findings, FINDING_CANNOT, &import->read.places,
		       path, FINDINGS_KEPT);
	line_errors_print(out, &import->errors, path, "error");
	if (!import->errors.total && !findings_total(findings, FINDING_CANNOT))
		return 0;
	return error_set(-EINVAL, "%s is no file of rules that can be imported",
			 path);
}

static int file_open(struct map **map, char about[MAP_NAMED_ABOUT],
		     const char *path, FILE *out)
{
	struct import import = {.mode = IMPORT_REPLACE};
	int err;

	import.warnings.places = &import.read.places;
	err = import_read(&import, path, out);
	if (!err)
		err = import_compare(&import, NULL, 0);
	if (!err)
		err = file_check(&import, path, out);
	if (!err)
		err = import_trial(map, &import, NULL, 0);
	import_free(&import);
	snprintf(about, MAP_NAMED_ABOUT, "%s",
		 strcmp(path, "-") ? path : "standard input");
	return err;
}

int map_named(struct map **map, char about[MAP_NAMED_ABOUT], const char *name,
	      const char *state, FILE *out)
{
	*map = NULL;
	if (!strcmp(name, "live"))
		return live_open(map, about, state, out);
	if (*name && strspn(name, "0123456789") == strlen(name))
		return release_open(map, about, name, state, out);
	if (!strcmp(name, "draft") || !strncmp(name, "draft:", 6))
		return draft_open(name);
	return file_open(map, about, name, out);
}
