// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#include "cache_gone.h"
#include "change.h"
#include "cmd.h"
#include "cmd_change.h"
#include "cmd_edit.h"
#include "edit.h"
#include "edit_diff.h"
#include "error.h"
#include "release_map.h"
#include "store.h"
#include "store_diff.h"
#include "store_release.h"
#include "store_scan.h"

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

static int scan_next(void *arg, struct rule *rule)
{
	return store_scan_next(arg, rule);
}

/* What makes the rules of a release of those that the draft has. */
static int draft_diff(struct edit *edit, const struct cmd_change *change,
		      uint64_t target)
{
	struct store_scan *from = NULL, *to = NULL;
	uint64_t rows, rules;
	int err = store_rows(change->store, target, &rows, &rules);

	if (!err)
		err = store_scan_open(&from, change->store, change->rows, NULL,
				      NULL);
	if (!err)
		err = store_scan_open(&to, change->store, rows, NULL, NULL);
	if (!err)
		err = edit_diff(edit,
				&(struct release_source){.next = scan_next,
							 .arg = from},
				&(struct release_source){.next = scan_next,
							 .arg = to});
	store_scan_close(from);
	store_scan_close(to);
	return err;
}

static int rollback_draft(struct cmd_change *change, uint64_t target)
{
	struct edit edit = {0};
	char command[40];
	int err = draft_diff(&edit, change, target);

	snprintf(command, sizeof(command), "rollback %" PRIu64, target);
	if (!err)
		err = cmd_edit_run(&edit, change, command);
	if (!err && change->drafted)
		printf(", those of release %" PRIu64, target);
	edit_free(&edit);
	return err;
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

static int rollback_live(struct cmd_change *change, uint64_t target,
			 struct cache_gone *gone)
{
	struct store_counts counts;
	int err =
		store_difference(change->store, change->live, target, &counts);

	if (err)
		return err;
	if (!counts.added && !counts.removed && !counts.changed) {
		cmd_change_none(change);
		return 0;
	}
	if (counts.removed || counts.changed)
		cache_gone_before(gone, change,
				  change->rules <= CACHE_GONE_HOSTS);
	err = rollback_commit(change, target, &counts);
	if (!err)
		cache_gone_after(gone, change);
	return err;
}

static int rollback_run(const struct cmd *cmd, uint64_t target,
			const struct cmd_change_options *options)
{
	struct cache_gone gone = {0};
	struct cmd_change change;
	int err, code;

	err = cmd_change_begin_there(&change, cmd, options);
	if (!err)
		err = target_find(&change, &target);
	if (!err)
		err = change.draft ? rollback_draft(&change, target)
				   : rollback_live(&change, target, &gone);
	code = cmd_change_end(&change, err);
	cache_gone_end(&gone, &change);
	return code;
}

int cmd_rollback(const struct cmd *cmd, int argc, char **argv)
{
	static const struct option longs[] = {
		CMD_CHANGE_LONGS,
		CMD_CHANGE_LONG_DRAFT,
		{NULL, 0, NULL, 0},
	};
	struct cmd_change_options options = CMD_CHANGE_OPTIONS_INIT;
	unsigned long long target = UINT64_MAX;
	int code = cmd_change_options(&options, cmd, argc, argv, longs, NULL,
				      NULL);

	if (code)
		return code;
	options.restores = true;
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
		"first one back. Tells a terminal until when caches may hold what is gone.\n",
	.options = CMD_CHANGE_HELP_DRAFT CMD_CHANGE_HELP,
	.exits = CMD_EXITS_CHANGE,
	.example = "detour rollback 12",
};
