// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "cmd_change.h"
#include "cmd_edit.h"
#include "cmd_options.h"
#include "edit.h"
#include "error.h"
#include "filter.h"
#include "line_errors.h"
#include "rule.h"
#include "rule_apex.h"
#include "ruleset_sort.h"
#include "source_live.h"
#include "sources.h"
#include "text.h"

struct del {
	const struct cmd *cmd;
	struct cmd_change_options options;
	bool standard;		   /* sources come from standard input */
	struct ruleset wanted;	   /* by source */
	struct filter filter;	   /* or these; of which scheme */
	struct line_errors errors; /* of standard input's lines */
	unsigned long missing;	   /* of the arguments */
	struct cmd_change change;
	struct edit edit;
};

enum { OPT_TAG = CMD_OPTION, OPT_HOST, OPT_SCHEME };

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct del *del = arg;

	if (option == OPT_SCHEME)
		return cmd_take_scheme(cmd, &del->filter);
	return option == OPT_TAG ? cmd_take_tag(cmd, &del->filter)
				 : cmd_take_host(cmd, &del->filter);
}

static int options_read(struct del *del, int argc, char **argv)
{
	static const struct option longs[] = {
		CMD_CHANGE_LONGS,
		{"dry-run", no_argument, NULL, CMD_CHANGE_DRY_RUN},
		CMD_CHANGE_LONG_DRAFT,
		{"tag", required_argument, NULL, OPT_TAG},
		{"host", required_argument, NULL, OPT_HOST},
		{"scheme", required_argument, NULL, OPT_SCHEME},
		{NULL, 0, NULL, 0},
	};
	int code = cmd_change_options(&del->options, del->cmd, argc, argv,
				      longs, option_take, del);

	if (code)
		return code;
	if (filter_given(&del->filter) && optind < argc)
		return cmd_usage(del->cmd,
				 "SOURCEs, or --tag and --host, not both");
	if (!filter_given(&del->filter) && optind == argc)
		return cmd_usage(del->cmd,
				 "a SOURCE is needed, or --tag or --host");
	return CMD_OK;
}

static int args_read(struct del *del, int argc, char **argv)
{
	struct rule_error error;
	int i, err, code = options_read(del, argc, argv);

	if (code)
		return code;
	del->standard = argc - optind == 1 && !strcmp(argv[optind], "-");
	if (del->standard)
		return CMD_OK;
	for (i = optind; i < argc; i++) {
		if (!strcmp(argv[i], "-"))
			return cmd_usage(del->cmd, "- or SOURCEs, not both");
		err = sources_add(&del->wanted, argv[i], strlen(argv[i]), i,
				  &error);
		if (err == -EINVAL)
			return cmd_usage(del->cmd, "%s: %s: %s", argv[i],
					 error.field, error.reason);
		if (err)
			return cmd_fail(del->cmd);
	}
	return CMD_OK;
}

static const char *entry_written(const struct ruleset_entry *entry)
{
	struct rule rule;

	ruleset_get(entry, &rule);
	return rule_written(&rule);
}

/* other: what is not there either, or NULL. */
static void source_missing(struct del *del, const struct ruleset_entry *entry,
			   const char *other)
{
	const char *scheme = rule_scheme_text(del->filter.scheme);

	del->missing++;
	if (del->standard) {
		line_errors_add(&del->errors, entry->line,
				"source: there is no rule %s%s%s%s%s",
				other ? other : "", other ? " or " : "",
				entry_written(entry), *scheme ? " scheme=" : "",
				scheme);
		return;
	}
	fprintf(stderr, "detour %s: there is no rule %s%s%s%s%s\n",
		del->cmd->name, other ? other : "", other ? " or " : "",
		entry_written(entry), *scheme ? " scheme=" : "", scheme);
}

/* Of ".name" one will do, and that none is there is told once. */
static int dot_missing(struct del *del, struct source_live *live,
		       const struct ruleset_entry *entry)
{
	const char *apex = entry_written(entry) + RULE_APEX_AT;
	int err;

	if (entry->source[0] != '*')
		return 0;
	err = source_live_find(live, apex, del->filter.scheme);
	if (!err && !live->found.count)
		source_missing(del, entry, apex);
	return err;
}

static int found_remove(struct del *del, const struct ruleset *found)
{
	struct rule rule;
	int err = 0;
	size_t i;

	for (i = 0; i < found->count && !err; i++) {
		ruleset_get(&found->entries[i], &rule);
		err = edit_remove(&del->edit, &rule);
	}
	return err;
}

/* Remove the rules of the source that count entries have. */
static int source_find(struct del *del, struct source_live *live,
		       const struct ruleset_entry *entry, size_t count)
{
	bool told[] = {[0] = false, [SOURCES_DOT] = false};
	size_t i;
	int err = source_live_find(live, entry_written(entry),
				   del->filter.scheme);

	if (err || live->found.count)
		return err ? err : found_remove(del, &live->found);
	for (i = 0; i < count && !err; i++) {
		if (told[entry[i].mark])
			continue;
		told[entry[i].mark] = true;
		if (entry[i].mark == SOURCES_DOT)
			err = dot_missing(del, live, &entry[i]);
		else
			source_missing(del, &entry[i], NULL);
	}
	return err;
}

/* Two spellings may have found one rule. */
static int found_once(struct edit *edit)
{
	struct ruleset *gone = &edit->gone;
	int err = ruleset_sort(gone);
	size_t in, out = 0;

	for (in = 0; in < gone->count && !err; in++)
		if (!out ||
		    ruleset_order(&gone->entries[out - 1], &gone->entries[in]))
			gone->entries[out++] = gone->entries[in];
	if (!err)
		gone->count = edit->removed = out;
	return err;
}

/* A source that was given twice is removed once. */
static int sources_find(struct del *del)
{
	const struct ruleset *wanted = &del->wanted;
	struct source_live live = {.store = del->change.store,
				   .rows = del->change.rows};
	size_t i, end;
	int err = ruleset_sort(&del->wanted);

	for (i = 0; i < wanted->count && !err; i = end) {
		const struct ruleset_entry *entry = &wanted->entries[i];

		end = i + 1;
		while (end < wanted->count &&
		       !strcmp(entry->source, wanted->entries[end].source))
			end++;
		err = source_find(del, &live, entry, end - i);
	}
	source_live_end(&live);
	return err ? err : found_once(&del->edit);
}

static int rule_found(const struct rule *rule, void *edit)
{
	return edit_remove(edit, rule);
}

static int rules_find(struct del *del)
{
	int err;

	if (!filter_given(&del->filter))
		return sources_find(del);
	err = filter_each(&del->filter, del->change.store, del->change.rows,
			  rule_found, &del->edit);
	if (!err && !del->edit.removed)
		err = filter_none(&del->filter);
	return err;
}

static int command_text(char **text, const struct del *del)
{
	const struct ruleset *gone = &del->edit.gone;
	unsigned long long more = del->edit.removed - 1;
	enum rule_scheme scheme = del->filter.scheme;
	char rest[40] = "";

	if (filter_given(&del->filter))
		return filter_text(&del->filter, text, del->cmd->name);
	if (more)
		snprintf(rest, sizeof(rest), " and %llu more", more);
	if (asprintf(text, "%s %s%s%s%s", del->cmd->name,
		     entry_written(&gone->entries[0]), rest,
		     scheme ? " --scheme " : "", rule_scheme_text(scheme)) >= 0)
		return 0;
	*text = NULL;
	return error_sys(-ENOMEM, "cannot remove rules");
}

static int del_commit(struct del *del)
{
	char *command = NULL;
	int err;

	err = rules_find(del);
	if (err || del->missing || del->errors.total)
		return err;
	err = command_text(&command, del);
	if (!err)
		err = cmd_edit_run(&del->edit, &del->change, command);
	free(command);
	return err;
}

/* Lines that are no sources are told together with sources that have no rule;
 * then nothing is to be done, and no lock is needed. */
static int del_run(struct del *del)
{
	int err = 0, code;

	if (del->standard)
		err = sources_read(&del->wanted, "-", &del->errors);
	if (!err && del->standard && !del->wanted.count && !del->errors.total)
		err = error_set(-ENOENT, "standard input names no rule");
	if (err)
		return cmd_fail(del->cmd);
	if (del->errors.total)
		del->options.dry_run = true;
	err = cmd_change_begin_there(&del->change, del->cmd, &del->options);
	if (!err)
		err = del_commit(del);
	code = cmd_change_end(&del->change, err);
	line_errors_print(stderr, &del->errors, "-", "error");
	if (!del->missing && !del->errors.total)
		return code;
	fputs("nothing was changed\n", stderr);
	return CMD_FAILED;
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
	ruleset_free(&del.wanted);
	filter_free(&del.filter);
	line_errors_free(&del.errors);
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
	.options =
		"  --tag TAG           all rules with this tag, or any of several\n"
		"  --host HOST         all rules of this host, or any of several\n"
		"  --scheme SCHEME     only rules that are for http or https alone\n" CMD_CHANGE_HELP_DRY_RUN
			CMD_CHANGE_HELP_DRAFT CMD_CHANGE_HELP,
	.exits = CMD_EXITS_CHANGE,
	.example = "detour del old.example/about 'old.example/blog/*'",
};
