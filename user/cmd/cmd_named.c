// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>

#include "cmd.h"
#include "cmd_named.h"
#include "cmd_supply.h"
#include "error.h"
#include "progress.h"
#include "rules_named.h"

/* What keeps a file from being a set of rules. */
static void refused_print(const struct import *file, const char *name)
{
	char reason[ERROR_TEXT];

	progress_off();
	error_save(reason);
	findings_print(stderr, &file->read.findings, FINDING_CANNOT,
		       &file->read.places, name, FINDINGS_KEPT);
	line_errors_print(stderr, &file->errors, name, "error");
	error_restore(reason);
}

int cmd_named_open(const struct cmd *cmd, struct rules_named *named,
		   const char *name, const struct cmd_supply *supply)
{
	int err;

	named->file.read.format = supply->format;
	named->file.read.options = supply->read;
	err = rules_named_open(named, cmd->state, name, stderr);
	if ((named->partial || err == -EINVAL) &&
	    named->kind == RULES_NAMED_FILE)
		refused_print(&named->file, name);
	return err;
}
