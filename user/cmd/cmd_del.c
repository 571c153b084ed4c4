// SPDX-License-Identifier: BSD-2-Clause
#include <getopt.h>
#include <stdlib.h>

#include "cache_gone.h"
#include "cmd.h"
#include "cmd_change.h"
#include "cmd_edit.h"
#include "cmd_options.h"
#include "cmd_select.h"
#include "edit.h"

struct del {
	const struct cmd *cmd;
	struct cmd_change_options options;
	struct cmd_select select;
	struct cmd_change change;
	struct edit edit;
};

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct del *del = arg;

	return cmd_select_take(cmd, option, &del->select);
}

static int args_read(struct del *del, int argc, char **argv)
{
	static const struct option longs[] = {
		CMD_CHANGE_LONGS,
		{"dry-run", no_argument, NULL, CMD_CHANGE_DRY_RUN},
		CMD_CHANGE_LONG_DRAFT,
		CMD_SELECT_LONGS,
		{NULL, 0, NULL, 0},
	};
	int code = cmd_change_options(&del->options, del->cmd, argc, argv,
				      longs, option_take, del);

	if (code)
		return code;
	if (!filter_given(&del->select.filter) && optind == argc)
		return cmd_usage(del->cmd,
				 "a SOURCE is needed, or --tag or --host");
	return cmd_select_args(&del->select, del->cmd, argc, argv);
}

static int rule_found(const struct rule *rule, void *edit)
{
	return edit_remove(edit, rule);
}

static int rules_find(struct del *del)
{
	int err = cmd_select_each(&del->select, &del->change, rule_found,
				  &del->edit);

	if (!err && !del->edit.removed && filter_given(&del->select.filter))
		err = filter_none(&del->select.filter);
	return err;
}

static int del_commit(struct del *del)
{
	char *command = NULL;
	int err;

	err = rules_find(del);
	if (err || cmd_select_failed(&del->select))
		return err;
	err = edit_sort(&del->edit);
	if (!err)
		err = cmd_select_text(&del->select, &command, del->cmd->name,
				      &del->edit.gone);
	if (!err)
		err = cmd_edit_run(&del->edit, &del->change, command);
	free(command);
	return err;
}

/* Lines that are no sources are told together with sources that have no rule;
 * then nothing is to be done, and no lock is needed. */
static int del_run(struct del *del)
{
	int err, code;

	err = cmd_select_read(&del->select);
	if (err)
		return cmd_fail(del->cmd);
	if (del->select.errors.total)
		del->options.dry_run = true;
	err = cmd_change_begin_there(&del->change, del->cmd, &del->options);
	if (!err)
		err = del_commit(del);
	code = cmd_change_end(&del->change, err);
	if (!err)
		cache_gone_edit(&del->change, &del->edit);
	return cmd_select_end(&del->select, code);
}

int cmd_del(const struct cmd *cmd, int argc, char **argv)
{
	struct del del = {
		.cmd = cmd,
		.options = CMD_CHANGE_OPTIONS_INIT,
	};
	int code = args_read(&del, argc, argv);

	if (!code)
		code = del_run(&del);
	cmd_select_free(&del.select);
	edit_free(&del.edit);
	return code;
}

const struct cmd_about cmd_del_about = {
	.name = "del",
	.alias = "rm",
	.run = cmd_del,
	.summary = "remove rules",
	.usage = "SOURCE ...|-|--tag TAG|--host HOST [OPTION ...]",
	.text = "Remove rules, all that are named or none; of .name what is there of the two.\n"
		"With -, sources come from standard input, one a line.\n",
	.options = CMD_SELECT_HELP CMD_CHANGE_HELP_DRY_RUN CMD_CHANGE_HELP_DRAFT
		CMD_CHANGE_HELP,
	.exits = CMD_EXITS_CHANGE,
	.example = "detour del old.example/about 'old.example/blog/*'",
};
