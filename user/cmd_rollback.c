// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#include "change.h"
#include "cmd.h"
#include "error.h"
#include "release.h"
#include "store.h"

static int target_find(struct release *release, uint64_t *target)
{
	uint64_t live = release_live(release), base, rules;
	int err;

	if (!live)
		return error_set(-ENOENT, "there is no release yet");
	if (*target == UINT64_MAX)
		*target = live - 1;
	if (*target > live)
		return error_set(-ENOENT,
				 "there is no release %" PRIu64
				 ": the live one is %" PRIu64,
				 *target, live);
	err = store_base(release_store(release), *target, &base, &rules);
	if (err)
		return err;
	return base == release_base(release);
}

static int rollback_run(const struct cmd *cmd, uint64_t target,
			const char *message)
{
	struct release_note note = {.message = message};
	struct release *release;
	char command[40];
	int err;

	err = release_begin(&release, cmd->state, false);
	if (err)
		return err;
	err = target_find(release, &target);
	if (err > 0) {
		change_none(release);
		err = 0;
		goto out;
	}
	snprintf(command, sizeof(command), "rollback %" PRIu64, target);
	note.command = command;
	if (!err)
		err = release_restore(release, target);
	if (!err)
		err = change_commit(release, &note);
	if (!err)
		printf(", those of release %" PRIu64 "\n", target);
out:
	release_free(release);
	return err;
}

int cmd_rollback(const struct cmd *cmd, int argc, char **argv)
{
	static const struct option longs[] = {
		{"message", required_argument, NULL, 'm'},
		{NULL, 0, NULL, 0},
	};
	unsigned long long target = UINT64_MAX;
	const char *message = NULL;
	int option;

	while ((option = cmd_option(cmd, argc, argv, longs)) != -1) {
		if (option != 'm')
			return CMD_USAGE;
		message = optarg;
	}
	if (argc - optind > 1)
		return cmd_usage(cmd, "one release at most");
	if (optind < argc && cmd_number(argv[optind], 0, INT64_MAX, &target))
		return cmd_usage(cmd, "'%s' is no release number",
				 argv[optind]);
	if (rollback_run(cmd, target, message))
		return cmd_fail(cmd);
	return cmd_changed(cmd, CMD_OK);
}
