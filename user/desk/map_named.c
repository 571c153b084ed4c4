// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>
#include <string.h>

#include "findings.h"
#include "line_errors.h"
#include "map_named.h"
#include "progress.h"
#include "rules_named.h"

/* What import would refuse of a file. */
static void file_report(const struct import *file, const char *path, FILE *out)
{
	progress_off();
	findings_print(out, &file->read.findings, FINDING_CANNOT,
		       &file->read.places, path, FINDINGS_KEPT);
	line_errors_print(out, &file->errors, path, "error");
}

int map_named(struct map **map, char about[MAP_NAMED_ABOUT], const char *name,
	      const char *state, bool partial, FILE *out)
{
	struct rules_named named = {.partial = partial};
	int err;

	*map = NULL;
	err = rules_named_open(&named, state, name, out);
	snprintf(about, MAP_NAMED_ABOUT, "%s",
		 strcmp(name, "-") ? named.text : "standard input");
	if (err || partial)
		file_report(&named.file, name, out);
	if (!err)
		err = rules_named_map(map, &named, state);
	rules_named_close(&named);
	return err;
}
