// SPDX-License-Identifier: BSD-2-Clause
#include <getopt.h>
#include <string.h>

#include "cmd.h"
#include "cmd_supply.h"
#include "format.h"
#include "formats.h"

static int format_take(const struct cmd *cmd, struct cmd_supply *supply)
{
	supply->format = NULL;
	if (!strcmp(optarg, "auto"))
		return CMD_OK;
	supply->format = format_find(optarg);
	if (supply->format && supply->format->read)
		return CMD_OK;
	return cmd_usage(cmd, "--format is auto or one of %s",
			 format_names(false));
}

int cmd_supply_take(const struct cmd *cmd, int option,
		    struct cmd_supply *supply)
{
	switch (option) {
	case CMD_SUPPLY_FORMAT:
		return format_take(cmd, supply);
	case CMD_SUPPLY_HOST:
		supply->read.host = optarg;
		break;
	case CMD_SUPPLY_CODE:
		supply->read.code = optarg;
		break;
	case CMD_SUPPLY_BASE:
		supply->read.base = optarg;
		break;
	case CMD_SUPPLY_TAG:
		supply->read.tag = optarg;
		break;
	case CMD_SUPPLY_NOTE:
		supply->read.note = optarg;
		break;
	default:
		supply->read.columns = optarg;
	}
	return CMD_OK;
}
