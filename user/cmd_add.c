// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "change_warn.h"
#include "cmd.h"
#include "error.h"
#include "release.h"
#include "report.h"
#include "rule.h"
#include "ruleset.h"
#include "store.h"
#include "text.h"

struct add {
	const struct cmd *cmd;
	const char *message;
	struct rule_fields fields;
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
		{"message", required_argument, NULL, 'm'},
		{NULL, 0, NULL, 0},
	};
	struct rule_error error;
	int option, i;

	while ((option = cmd_option(add->cmd, argc, argv, longs)) != -1) {
		if (option != 'm')
			return CMD_USAGE;
		add->message = optarg;
	}
	if (argc - optind < 3)
		return cmd_usage(add->cmd, "SOURCE TARGET CODE are needed");
	add->fields.source = field_of(argv[optind]);
	add->fields.target = field_of(argv[optind + 1]);
	add->fields.code = field_of(argv[optind + 2]);
	for (i = optind + 3; i < argc; i++)
		if (rule_key(&add->fields, field_of(argv[i]), &error))
			return cmd_usage(add->cmd, "%s: %s", error.field,
					 error.reason);
	return CMD_OK;
}

static int rule_commit(struct add *add, struct release *release, bool replaces)
{
	struct store *store = release_store(release);
	uint64_t number = release_number(release);
	struct release_note note = {
		.message = add->message,
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
		err = change_commit(release, &note);
	if (!err)
		change_end(release);
	free(command);
	return err;
}

/* Whether the live rule of the same source lets the new one in: 0 there is
 * none, 1 it is replaced, 2 it is the same; or -errno. */
static int live_compare(struct add *add, struct release *release)
{
	struct store_scan *scan;
	struct rule live;
	int err;

	err = store_scan_source(&scan, release_store(release),
				release_base(release), add->rule.source);
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

/* The rule is live, whatever becomes of the warnings. */
static void rule_warn(const struct add *add)
{
	struct report warnings = {0};
	struct ruleset one = {0};
	int err = ruleset_add(&one, &add->rule, 0);
	unsigned int i;

	if (!err)
		err = change_warn_live(&warnings, add->cmd->state, &one);
	if (err)
		report_add(&warnings, 0, "no warnings about loops: %s",
			   error_text());
	for (i = 0; i < warnings.count; i++) {
		fprintf(stderr, "detour %s: ", add->cmd->name);
		text_print(stderr, warnings.items[i].text
					   ? warnings.items[i].text
					   : "out of memory");
		putc('\n', stderr);
	}
	report_free(&warnings);
	ruleset_free(&one);
}

static int add_run(struct add *add)
{
	struct release *release = NULL;
	struct rule_error error;
	bool changed = false;
	int err;

	if (rule_make(&add->rule, &add->buffer, &add->fields, &error))
		return error_set(-EINVAL, "%s: %s", error.field, error.reason);
	err = release_begin(&release, add->cmd->state, false);
	if (err)
		return err;
	err = live_compare(add, release);
	if (err == 2) {
		fprintf(stderr, "detour %s: %s is already there\n",
			add->cmd->name, add->rule.source);
		change_none(release);
		err = 0;
	} else if (err >= 0) {
		err = rule_commit(add, release, err);
		changed = !err;
	}
	release_free(release);
	if (changed)
		rule_warn(add);
	return err;
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
	code = args_read(add, argc, argv);
	if (!code && add_run(add))
		code = cmd_fail(cmd);
	free(add);
	return cmd_changed(cmd, code);
}
