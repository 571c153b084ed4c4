// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#include "change.h"
#include "cmd.h"
#include "cmd_change.h"
#include "error.h"
#include "store.h"
#include "store_diff.h"

static int target_find(const struct cmd_change *change, uint64_t *target)
{
	uint64_t live = change->live;

	if (!live)
		return error_set(-ENOENT, "there is no release yet");
	if (*target == UINT64_MAX)
		*target = live - 1;
	if (*target > live)
		return error_set(-ENOENT,
				 "there is no release %" PRIu64
				 ": the live one is %" PRIu64,
				 *target, live);
	return 0;
}

static int rollback_commit(struct cmd_change *change, uint64_t target,
			   const struct store_counts *counts)
{
	struct change_note note = {
		.added = counts->added,
		.removed = counts->removed,
		.changed = counts->changed,
	};
	char command[40];
	int err;

	snprintf(command, sizeof(command), "rollback %" PRIu64, target);
	note.command = command;
	err = change_restore(change->transaction, target);
	if (!err)
		err = cmd_change_commit(change, &note);
	if (err)
		return err;
	cmd_change_print(change, &note);
	printf(", those of release %" PRIu64, target);
	return 0;
}

static int rollback_run(const struct cmd *cmd, uint64_t target,
			const struct cmd_change_options *options)
{
	struct store_counts counts;
	struct cmd_change change;
	int err;

	err = cmd_change_begin_there(&change, cmd, options);
	if (!err)
		err = target_find(&change, &target);
	if (!err)
		err = store_difference(change.store, change.live, target,
				       &counts);
	if (!err && !counts.added && !counts.removed && !counts.changed)
		cmd_change_none(&change);
	else if (!err)
		err = rollback_commit(&change, target, &counts);
	return cmd_change_end(&change, err);
}

int cmd_rollback(const struct cmd *cmd, int argc, char **argv)
{
	static const struct option longs[] = {
		CMD_CHANGE_LONGS,
		{NULL, 0, NULL, 0},
	};
	struct cmd_change_options options = CMD_CHANGE_OPTIONS_INIT;
	unsigned long long target = UINT64_MAX;
	int code = cmd_change_options(&options, cmd, argc, argv, longs, NULL,
				      NULL);

	if (code)
		return code;
	if (argc - optind > 1)
		return cmd_usage(cmd, "one release at most");
	if (optind < argc && cmd_number(argv[optind], 0, INT64_MAX, &target))
		return cmd_usage(cmd, "'%s' is no release number",
				 argv[optind]);
	return rollback_run(cmd, target, &options);
}

const struct cmd_about cmd_rollback_about = {
	.name = "rollback",
	.run = cmd_rollback,
	.summary = "make the rules of an earlier release live again",
	.usage = "[N] [OPTION ...]",
	.text = "Make a release with the rules of release N; without N, those of the release\n"
		"before the live one. 0 is the empty one. A second rollback without N takes the\n"
		"first one back.\n",
	.options = CMD_CHANGE_HELP,
	.exits = CMD_EXITS_CHANGE,
	.example = "detour rollback 12",
};
