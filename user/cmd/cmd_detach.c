// SPDX-License-Identifier: BSD-2-Clause
#include <getopt.h>
#include <stdio.h>

#include "cmd.h"
#include "cmd_options.h"
#include "fast_detach.h"
#include "text.h"

enum { DRAIN_DEFAULT = 3, DRAIN_MAX = 3600 }; /* seconds */

static int drain_take(const struct cmd *cmd, int option, void *arg)
{
	(void)option;
	if (cmd_number(optarg, 0, DRAIN_MAX, arg))
		return cmd_usage(cmd,
				 "--drain: '%s' is not a number from 0 to %d",
				 optarg, DRAIN_MAX);
	return CMD_OK;
}

int cmd_detach(const struct cmd *cmd, int argc, char **argv)
{
	static const struct option longs[] = {
		{"drain", required_argument, NULL, CMD_OPTION},
		{NULL, 0, NULL, 0},
	};
	unsigned long long drain = DRAIN_DEFAULT;
	int code = cmd_options(cmd, argc, argv, longs, drain_take, &drain);

	if (code)
		return code;
	if (optind == argc)
		return cmd_usage(cmd, "which interface?");
	if (optind + 1 < argc)
		return cmd_usage(cmd, "'%s' is too much", argv[optind + 1]);
	if (fast_detach(cmd->state, argv[optind], drain, stderr))
		return cmd_fail(cmd);
	cmd_hits_lost(cmd);
	text_print(stdout, argv[optind]);
	puts(": detached");
	return cmd_changed(cmd, CMD_OK);
}

const struct cmd_about cmd_detach_about = {
	.name = "detach",
	.run = cmd_detach,
	.summary = "remove the fast path from an interface (root)",
	.usage = "IFACE [OPTION ...]",
	.text = "Leave new connections to the kernel, finish those that have begun, then remove\n"
		"the fast path.\n",
	.options =
		"  --drain SECONDS     for those that have begun, 3 if not given\n",
	.exits = "0 done, 1 failed, 2 usage",
};
