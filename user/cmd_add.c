// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "cmd.h"
#include "error.h"
#include "release.h"
#include "rule.h"
#include "store.h"

struct add {
	const struct cmd *cmd;
	struct change_options options;
	struct change change;
	struct rule_fields fields;
	struct rule_error error;
	struct rule_buffer buffer;
	struct rule rule;
};

static struct rule_field field_of(const char *text)
{
	return (struct rule_field){text, strlen(text)};
}

static int args_read(struct add *add, int argc, char **argv)
{
	static const struct option longs[] = {
		CHANGE_LONGS,
		{NULL, 0, NULL, 0},
	};
	int i;

	if (change_option(&add->options, add->cmd, argc, argv, longs) != -1)
		return CMD_USAGE;
	if (argc - optind < 3)
		return cmd_usage(add->cmd, "SOURCE TARGET CODE are needed");
	add->fields.source = field_of(argv[optind]);
	add->fields.target = field_of(argv[optind + 1]);
	add->fields.code = field_of(argv[optind + 2]);
	for (i = optind + 3; i < argc; i++)
		rule_key_more(&add->fields, field_of(argv[i]), &add->error);
	return CMD_OK;
}

static int rule_commit(struct add *add, bool replaces)
{
	struct release *release = add->change.release;
	struct store *store = add->change.store;
	uint64_t number = release_number(release);
	struct release_note note = {
		.added = !replaces,
		.changed = replaces,
	};
	char *command;
	int err;

	if (asprintf(&command, "%s %s", add->cmd->name, add->rule.source) < 0)
		return error_sys(-ENOMEM, "cannot add the rule");
	note.command = command;
	err = release_write(release);
	if (!err && replaces)
		err = store_rule_remove(store, number, add->rule.source);
	if (!err)
		err = store_rule_add(store, number, &add->rule);
	if (!err)
		err = change_commit(&add->change, &note);
	free(command);
	return err;
}

/* Whether the live rule of the same source lets the new one in: 0 there is
 * none, 1 it is replaced, 2 it is the same; or -errno. */
static int live_compare(struct add *add)
{
	struct store_scan *scan;
	struct rule live;
	int err;

	err = store_scan_source(&scan, add->change.store, add->change.base,
				add->rule.source);
	if (err)
		return err;
	err = store_scan_next(scan, &live);
	if (err > 0 && rule_equal(&live, &add->rule))
		err = 2;
	else if (err > 0 && strcmp(add->cmd->name, "set"))
		err = error_set(-EEXIST,
				"%s is there already (%s %s); set replaces it",
				live.source, live.target,
				rule_code_text(live.code));
	store_scan_close(scan);
	return err;
}

static int add_run(struct add *add)
{
	int err;

	err = change_begin(&add->change, add->cmd, &add->options, false);
	if (!err)
		err = live_compare(add);
	if (err == 2) {
		fprintf(stderr, "detour %s: %s is already there\n",
			add->cmd->name, add->rule.source);
		change_none(&add->change);
		err = 0;
	} else if (err >= 0) {
		err = rule_commit(add, err);
	}
	return change_end(&add->change, err);
}

static int add_start(struct add *add, int argc, char **argv)
{
	int code = args_read(add, argc, argv);

	if (code)
		return code;
	if (rule_make_more(&add->rule, &add->buffer, &add->fields, &add->error))
		return cmd_usage_rule(add->cmd, &add->error);
	return add_run(add);
}

int cmd_add(const struct cmd *cmd, int argc, char **argv)
{
	struct add *add = calloc(1, sizeof(*add));
	int code;

	if (!add) {
		error_sys(-ENOMEM, "cannot add a rule");
		return cmd_fail(cmd);
	}
	add->cmd = cmd;
	add->options = (struct change_options)CHANGE_OPTIONS_INIT;
	code = add_start(add, argc, argv);
	free(add);
	return code;
}

const struct cmd_about cmd_add_about = {
	.name = "add",
	.run = cmd_add,
	.summary = "add a rule; an existing source is refused",
	.usage = "SOURCE TARGET CODE [KEY=VALUE ...] [OPTION ...]",
	.text = "Add one rule. A source that has a rule already is refused, unless the rule\n"
		"is the same.\n",
	.options = CHANGE_HELP,
	.exits = CMD_EXITS_CHANGE,
	.example = "detour add old.example https://new.example 307",
};

const struct cmd_about cmd_set_about = {
	.name = "set",
	.run = cmd_add,
	.summary = "add a rule, or replace the one of that source",
	.usage = "SOURCE TARGET CODE [KEY=VALUE ...] [OPTION ...]",
	.text = "Add one rule, or replace the one of this source.\n",
	.options = CHANGE_HELP,
	.exits = CMD_EXITS_CHANGE,
	.example = "detour set old.example https://new.example 301 tag=shop",
};
