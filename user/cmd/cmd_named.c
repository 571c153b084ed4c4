// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>

#include "cmd.h"
#include "cmd_named.h"
#include "cmd_supply.h"
#include "rules_named.h"

int cmd_named_open(const struct cmd *cmd, struct rules_named *named,
		   const char *name, const struct cmd_supply *supply)
{
	int err;

	named->file.read.format = supply->format;
	named->file.read.options = supply->read;
	err = rules_named_open(named, cmd->state, name, stderr);
	if (err || named->partial)
		rules_named_refused(named, name, stderr);
	return err;
}
