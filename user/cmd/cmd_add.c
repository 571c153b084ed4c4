// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache_gone.h"
#include "check.h"
#include "checks.h"
#include "cmd.h"
#include "cmd_change.h"
#include "cmd_edit.h"
#include "cmd_options.h"
#include "cmd_set_many.h"
#include "edit.h"
#include "error.h"
#include "filter.h"
#include "line_errors.h"
#include "pattern_count.h"
#include "rule.h"
#include "rule_apex.h"
#include "rule_change.h"
#include "rule_code.h"
#include "rule_line.h"
#include "rule_make.h"
#include "source_check.h"
#include "source_live.h"
#include "text.h"

struct add {
	const struct cmd *cmd;
	bool set; /* an existing rule is changed */
	struct cmd_change_options options;
	struct filter filter; /* set: of which rules, in place of a SOURCE, or
			       * of which scheme */
	struct cmd_change change;
	struct rule_fields fields;
	struct rule_error error;
	struct rule_buffer buffer;
	struct rule rules[2]; /* of ".name" both */
	unsigned int count;
	bool missing[2]; /* nothing is live of that source */
	struct edit edit;
	char many[PATTERN_COUNT_TEXT]; /* the warning, or "" */
};

enum { OPT_TAG = CMD_OPTION, OPT_HOST, OPT_SCHEME };

static struct rule_field field_of(const char *text)
{
	return (struct rule_field){text, strlen(text)};
}

/* set has three options more. */
static const struct option longs[] = {
	CMD_CHANGE_LONGS,
	{"dry-run", no_argument, NULL, CMD_CHANGE_DRY_RUN},
	CMD_CHANGE_LONG_DRAFT,
	{NULL, 0, NULL, 0},
};
static const struct option set_longs[] = {
	CMD_CHANGE_LONGS,
	{"dry-run", no_argument, NULL, CMD_CHANGE_DRY_RUN},
	CMD_CHANGE_LONG_DRAFT,
	{"tag", required_argument, NULL, OPT_TAG},
	{"host", required_argument, NULL, OPT_HOST},
	{"scheme", required_argument, NULL, OPT_SCHEME},
	{NULL, 0, NULL, 0},
};

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct add *add = arg;

	if (option == OPT_SCHEME)
		return cmd_take_scheme(cmd, &add->filter);
	return option == OPT_TAG ? cmd_take_tag(cmd, &add->filter)
				 : cmd_take_host(cmd, &add->filter);
}

static int options_read(struct add *add, int argc, char **argv)
{
	return cmd_change_options(&add->options, add->cmd, argc, argv,
				  add->set ? set_longs : longs, option_take,
				  add);
}

static void keys_read(struct add *add, char **argv)
{
	for (; *argv; argv++) {
		struct rule_field key = field_of(*argv);

		if (add->set)
			rule_key_change_more(&add->fields, key, &add->error);
		else
			rule_key_more(&add->fields, key, &add->error);
	}
}

/* The arguments for one rule. */
static int rule_read(struct add *add, int argc, char **argv)
{
	if (argc < 3)
		return cmd_usage(add->cmd, "SOURCE TARGET CODE are needed");
	add->fields.source = field_of(argv[0]);
	add->fields.target = field_of(argv[1]);
	add->fields.code = field_of(argv[2]);
	keys_read(add, argv + 3);
	if (rule_make_more(&add->rules[0], &add->buffer, &add->fields,
			   &add->error))
		return cmd_usage_rule(add->cmd, &add->error);
	add->count = 1;
	if (rule_apex(&add->rules[1], &add->buffer, &add->rules[0]))
		add->count = 2;
	return CMD_OK;
}

/* Those for all rules that a filter lets through. */
static int many_read(struct add *add, int argc, char **argv)
{
	if (!argc)
		return cmd_usage(add->cmd, "CODE or key=value is needed");
	if (!strchr(argv[0], '='))
		add->fields.code = field_of(*argv++);
	keys_read(add, argv);
	if (add->error.field)
		return cmd_usage_rule(add->cmd, &add->error);
	if (add->fields.code.text && !add->fields.code.len)
		return cmd_usage(add->cmd, "code: missing");
	if (set_many_check(&add->fields))
		return cmd_usage(add->cmd, "%s", error_text());
	return CMD_OK;
}

static void same_print(const struct add *add, const struct rule *live)
{
	fprintf(stderr, "detour %s: %s%s%s is already there\n", add->cmd->name,
		rule_written(live), live->scheme ? " scheme=" : "",
		rule_scheme_text(live->scheme));
}

/* Change a live rule; the keys that are not given stay. */
static int live_set(struct add *add, const struct rule *rule,
		    const struct rule *live)
{
	struct rule changed = *rule;

	rule_change_keep(&changed, live, rule_change_given(&add->fields));
	if (!rule_equal(live, &changed))
		return edit_change(&add->edit, live, &changed);
	same_print(add, live);
	return 0;
}

static int live_set_all(struct add *add, const struct rule *rule,
			const struct ruleset *found)
{
	struct rule live;
	int err = 0;
	size_t i;

	if (found->count > 1 && add->fields.scheme.text)
		return error_set(
			-EEXIST,
			"%s has a rule for each scheme; --scheme http or https says which",
			rule_written(rule));
	for (i = 0; i < found->count && !err; i++) {
		ruleset_get(&found->entries[i], &live);
		err = live_set(add, rule, &live);
	}
	return err;
}

/* A rule is there already, or another one in its place. */
static int live_add(struct add *add, const struct rule *rule,
		    const struct rule *live)
{
	struct rule_keys_text keys;

	if (!rule_equal(live, rule))
		return error_set(-EEXIST,
				 "%s is there already, set changes it: %s %s%s",
				 rule_written(live), live->target,
				 rule_code(live->code)->text,
				 rule_keys_text(&keys, live));
	same_print(add, live);
	return 0;
}

/* What is live of the same source: nothing, the same, or what is changed. */
static int rule_compare(struct add *add, const struct rule *rule,
			const struct ruleset *found)
{
	bool *missing = &add->missing[rule - add->rules];
	const struct ruleset_entry *entry;
	struct rule live;

	*missing = !found->count;
	if (add->set)
		return live_set_all(add, rule, found);
	entry = ruleset_find(found, rule);
	*missing = !entry;
	if (!entry)
		return 0;
	ruleset_get(entry, &live);
	return live_add(add, rule, &live);
}

static int rules_compare(struct add *add)
{
	struct source_live live = {.store = add->change.store,
				   .rows = add->change.rows};
	unsigned int i;
	int err = 0;

	for (i = 0; i < add->count && !err; i++) {
		err = source_live_find(&live, rule_written(&add->rules[i]),
				       add->filter.scheme);
		if (!err)
			err = rule_compare(add, &add->rules[i], &live.found);
	}
	source_live_end(&live);
	return err;
}

/* Add what nothing is live of. To set ".name" is to change what there is of the
 * two, and to add both where there is neither. */
static int missing_add(struct add *add)
{
	bool half = add->count == 2 && add->missing[0] != add->missing[1];
	unsigned int i;
	int err = 0;

	for (i = 0; i < add->count && !err; i++) {
		if (!add->missing[i])
			continue;
		if (!add->fields.scheme.text)
			add->rules[i].scheme = add->filter.scheme;
		if (add->set && half)
			fprintf(stderr,
				"detour set: there is no rule %s; add makes it\n",
				rule_written(&add->rules[i]));
		else
			err = edit_add(&add->edit, &add->rules[i]);
	}
	return err;
}

static int command_text(const struct add *add, char **text)
{
	if (filter_given(&add->filter))
		return filter_text(&add->filter, text, add->cmd->name);
	/* ".name" is what is behind the '*' of "*.name" */
	if (asprintf(text, "%s %s%s%s", add->cmd->name,
		     rule_written(&add->rules[0]) + (add->count - 1),
		     add->filter.scheme ? " --scheme " : "",
		     rule_scheme_text(add->filter.scheme)) >= 0)
		return 0;
	*text = NULL;
	return error_sys(-ENOMEM, "cannot add the rule");
}

static void warning_print(void *arg, const struct warning *warning)
{
	const struct cmd *cmd = arg;

	fprintf(stderr, "detour %s: %s: ", cmd->name, warning->kind);
	text_print(stderr, warning->text);
	putc('\n', stderr);
}

/* The rule is live, whatever becomes of the warnings. */
static void rule_warn(const struct add *add)
{
	struct warnings warnings = {.each = warning_print,
				    .arg = (void *)add->cmd};
	struct check check = {
		.set = &add->edit.rules, .warnings = &warnings, .some = true};
	struct warning other = {.kind = "loop"};

	if (checks_run_live(&check, add->cmd->state))
		warnings_add(&warnings, &other, "not looked for: %s",
			     error_text());
	other.kind = "capacity";
	if (*add->many)
		warnings_add(&warnings, &other, "%s", add->many);
	warnings_free(&warnings);
}

static int add_run(struct add *add)
{
	char *command = NULL;
	int err, code;

	if (filter_given(&add->filter))
		err = cmd_change_begin_there(&add->change, add->cmd,
					     &add->options);
	else
		err = cmd_change_begin(&add->change, add->cmd, &add->options,
				       false);
	if (!err && filter_given(&add->filter))
		err = set_many(&add->edit, &add->change, &add->filter,
			       &add->fields);
	else if (!err)
		err = rules_compare(add);
	if (!err)
		err = missing_add(add);
	if (!err)
		err = edit_sort(&add->edit);
	if (!err)
		err = source_check(&add->edit, add->change.store,
				   add->change.rows);
	if (!err)
		err = pattern_count_check(&add->edit, add->change.store,
					  add->change.rows, add->many);
	add->edit.shows = add->set && !filter_given(&add->filter);
	if (!err)
		err = command_text(add, &command);
	if (!err)
		err = cmd_edit_run(&add->edit, &add->change, command);
	free(command);
	code = cmd_change_end(&add->change, err);
	if (!err)
		cache_gone_edit(&add->change, &add->edit);
	if (add->change.made && !filter_given(&add->filter))
		rule_warn(add);
	return code;
}

static int add_start(struct add *add, int argc, char **argv)
{
	int code = options_read(add, argc, argv);

	if (code)
		return code;
	argc -= optind;
	argv += optind;
	code = filter_given(&add->filter) ? many_read(add, argc, argv)
					  : rule_read(add, argc, argv);
	return code ? code : add_run(add);
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
	add->set = !strcmp(cmd->name, "set");
	add->options = (struct cmd_change_options)CMD_CHANGE_OPTIONS_INIT;
	code = add_start(add, argc, argv);
	edit_free(&add->edit);
	filter_free(&add->filter);
	free(add);
	return code;
}

const struct cmd_about cmd_add_about = {
	.name = "add",
	.run = cmd_add,
	.summary = "add a rule; an existing source is refused",
	.usage = "SOURCE TARGET CODE [KEY=VALUE ...] [OPTION ...]",
	.text = "Add one rule, or the two of .name: of name and *.name. A source that has a rule\n"
		"already is refused, unless the rule is the same.\n",
	.options =
		CMD_CHANGE_HELP_DRY_RUN CMD_CHANGE_HELP_DRAFT CMD_CHANGE_HELP,
	.exits = CMD_EXITS_CHANGE,
	.example = "detour add old.example https://new.example 307",
};

const struct cmd_about cmd_set_about = {
	.name = "set",
	.run = cmd_add,
	.summary = "add a rule, or change the one of that source",
	.usage =
		"SOURCE TARGET CODE [KEY=VALUE ...] [OPTION ...]\n"
		"       detour set --tag TAG|--host HOST [CODE] [KEY=VALUE ...]",
	.text = "Add one rule, or change the one of this source, or what is there of the two of\n"
		".name; or change the code or keys of all rules of a tag or host. Keys that are\n"
		"not given stay, KEY= takes one away; headers that are given replace all.\n",
	.options =
		"  --tag TAG           of all rules with this tag, or any of several\n"
		"  --host HOST         of all rules of this host, or any of several\n"
		"  --scheme SCHEME     of the rules that are for http or https alone\n" CMD_CHANGE_HELP_DRY_RUN
			CMD_CHANGE_HELP_DRAFT CMD_CHANGE_HELP,
	.exits = CMD_EXITS_CHANGE,
	.example = "detour set old.example https://new.example 301 tag=shop",
};
