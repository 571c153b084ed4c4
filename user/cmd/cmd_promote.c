// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cache_print.h"
#include "cache_until.h"
#include "cmd.h"
#include "cmd_change.h"
#include "cmd_edit.h"
#include "cmd_options.h"
#include "cmd_select.h"
#include "edit.h"
#include "error.h"
#include "interrupt.h"
#include "progress.h"
#include "rule.h"
#include "rule_code.h"
#include "rule_trial.h"

enum { LEFT_MAX = 100 }; /* rules that are named */

struct promote {
	const struct cmd *cmd;
	bool back; /* demote */
	const char *to;
	uint16_t code;	     /* of --to, or 0 */
	enum rule_trial how; /* demote */
	struct cmd_change_options options;
	struct cmd_select select;
	struct cmd_change change;
	struct edit edit;
	uint64_t seen, left; /* rules; those that cannot have it */
	struct cache_until cache;
	bool cache_known;
};

enum { OPT_TO = CMD_OPTION };

static int to_take(struct promote *promote)
{
	const struct rule_code *code = rule_code_find(optarg, strlen(optarg));

	promote->to = optarg;
	promote->how = rule_trial_find(optarg);
	if (promote->back && !promote->how)
		return cmd_usage(promote->cmd, "--to: '%s' is not 307 or 302",
				 optarg);
	if (promote->back)
		return CMD_OK;
	if (!code || !rule_code_permanent(code->code))
		return cmd_usage(promote->cmd,
				 "--to: '%s' is none of 301 308 301/308 410",
				 optarg);
	promote->code = code->code;
	return CMD_OK;
}

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct promote *promote = arg;

	if (option == OPT_TO)
		return to_take(promote);
	return cmd_select_take(cmd, option, &promote->select);
}

static int args_read(struct promote *promote, int argc, char **argv)
{
	static const struct option longs[] = {
		CMD_CHANGE_LONGS,
		{"dry-run", no_argument, NULL, CMD_CHANGE_DRY_RUN},
		CMD_CHANGE_LONG_DRAFT,
		CMD_SELECT_LONGS,
		{"to", required_argument, NULL, OPT_TO},
		{NULL, 0, NULL, 0},
	};
	int code = cmd_change_options(&promote->options, promote->cmd, argc,
				      argv, longs, option_take, promote);

	if (code)
		return code;
	promote->select.hints = true;
	return cmd_select_args(&promote->select, promote->cmd, argc, argv);
}

/* A rule that was chosen stays as it is. */
static void left_tell(struct promote *promote, const struct rule *rule,
		      const char *why)
{
	if (promote->left++ >= LEFT_MAX)
		return;
	progress_off();
	fprintf(stderr, "detour %s: %s%s%s is left as it is: %s\n",
		promote->cmd->name, rule_written(rule),
		rule->scheme ? " scheme=" : "", rule_scheme_text(rule->scheme),
		why);
}

/* Let a rule be what the command makes of it. Returns NULL, or why not. */
static const char *rule_become(const struct promote *promote, struct rule *rule)
{
	if (!promote->back)
		return rule_trial_end(rule, promote->code);
	return rule_trial(rule, promote->how) ? NULL
					      : "its code is not permanent";
}

/* Where no rules are chosen, these are the ones that can have it. */
static int rule_take(const struct rule *old, void *arg)
{
	struct promote *promote = arg;
	bool given = cmd_select_given(&promote->select);
	struct rule rule = *old;
	const char *why;

	progress_at(++promote->seen);
	if (!given && !promote->back && !old->final.code)
		return interrupt_check();
	why = rule_become(promote, &rule);
	if (!why && !rule_equal(old, &rule))
		return edit_change(&promote->edit, old, &rule);
	if (!why)
		promote->edit.same++;
	else if (given)
		left_tell(promote, old, why);
	return interrupt_check();
}

static int none_found(const struct promote *promote)
{
	const struct filter *filter = &promote->select.filter;

	if (filter_given(filter))
		return filter_none(filter);
	return error_set(-ENOENT, "no rule has %s%s%s",
			 promote->back ? "a permanent code" : "final=",
			 filter->scheme ? " and scheme=" : "",
			 rule_scheme_text(filter->scheme));
}

static int rules_find(struct promote *promote)
{
	const struct edit *edit = &promote->edit;
	int err;

	progress_stage("choosing", 0);
	err = cmd_select_each(&promote->select, &promote->change, rule_take,
			      promote);
	if (err || cmd_select_failed(&promote->select))
		return err;
	if (promote->left > LEFT_MAX)
		fprintf(stderr, "detour %s: ... %" PRIu64 " more\n",
			promote->cmd->name, promote->left - LEFT_MAX);
	if (!edit->changed && !edit->same && !promote->left)
		return none_found(promote);
	return edit_sort(&promote->edit);
}

/* What caches hold depends on what was live before the change; of a draft they
 * hold nothing. */
static int cache_find(struct promote *promote)
{
	struct cmd_change *change = &promote->change;

	if (!promote->edit.changed || change->options->draft)
		return 0;
	promote->cache_known = true;
	progress_stage("asking what was live", 0);
	return cache_until_find(&promote->cache, change->store, change->live,
				change->rules, &promote->edit.gone,
				&promote->edit.rules, time(NULL));
}

static int promote_commit(struct promote *promote)
{
	struct edit *edit = &promote->edit;
	char name[40], *command = NULL;
	int err = rules_find(promote);

	if (err || cmd_select_failed(&promote->select))
		return err;
	err = cache_find(promote);
	edit->shows = promote->select.wanted.count;
	snprintf(name, sizeof(name), "%s%s%s", promote->cmd->name,
		 promote->to ? " --to " : "", promote->to ? promote->to : "");
	if (!err)
		err = cmd_select_text(&promote->select, &command, name,
				      &edit->gone);
	if (!err)
		err = cmd_edit_run(edit, &promote->change, command);
	free(command);
	return err;
}

static int promote_run(struct promote *promote)
{
	int err, code;

	err = cmd_select_read(&promote->select);
	if (err)
		return cmd_fail(promote->cmd);
	progress_on(stderr);
	if (promote->select.errors.total)
		promote->options.dry_run = true;
	err = cmd_change_begin_there(&promote->change, promote->cmd,
				     &promote->options);
	if (!err)
		err = promote_commit(promote);
	promote->cache_known &= !err;
	code = cmd_change_end(&promote->change, err);
	if (promote->cache_known)
		cache_print(stdout, &promote->cache, promote->back);
	if (cmd_change_done(&promote->change))
		cmd_changed(promote->cmd, code);
	else
		code = cmd_flush(promote->cmd, code);
	return cmd_select_end(&promote->select, code);
}

int cmd_promote(const struct cmd *cmd, int argc, char **argv)
{
	struct promote promote = {
		.cmd = cmd,
		.back = !strcmp(cmd->name, "demote"),
		.how = RULE_TRIAL_307,
		.options = CMD_CHANGE_OPTIONS_INIT,
	};
	int code = args_read(&promote, argc, argv);

	if (!code)
		code = promote_run(&promote);
	cmd_select_free(&promote.select);
	cache_until_free(&promote.cache);
	edit_free(&promote.edit);
	return code;
}

const struct cmd_about cmd_promote_about = {
	.name = "promote",
	.run = cmd_promote,
	.summary = "make rules on trial permanent, as final= has it",
	.usage = "[SOURCE ...|-|--tag TAG|--host HOST] [OPTION ...]",
	.text = "Give rules the code and max-age of their final=, and take that away; without\n"
		"arguments all that have final=. Tells until when caches may hold what they\n"
		"answer then.\n",
	.options =
		"  --to CODE           301, 308, 301/308 or 410 in place of final='s\n" CMD_SELECT_HELP
			CMD_CHANGE_HELP_DRY_RUN CMD_CHANGE_HELP_DRAFT
				CMD_CHANGE_HELP,
	.exits = CMD_EXITS_CHANGE,
	.example = "detour promote --tag shop",
};

const struct cmd_about cmd_demote_about = {
	.name = "demote",
	.run = cmd_promote,
	.summary = "put permanent rules on trial, with final=",
	.usage = "[SOURCE ...|-|--tag TAG|--host HOST] [OPTION ...]",
	.text = "Make permanent redirects 307, which no cache keeps, and let caches keep no 410;\n"
		"their code and max-age go into final=, for promote. Without arguments all rules\n"
		"with a permanent code. Tells until when caches may hold what they answered.\n",
	.options =
		"  --to CODE           302: 301 becomes 302, 301/308 302/307, 308 307\n" CMD_SELECT_HELP
			CMD_CHANGE_HELP_DRY_RUN CMD_CHANGE_HELP_DRAFT
				CMD_CHANGE_HELP,
	.exits = CMD_EXITS_CHANGE,
	.example = "detour demote --host old.example --message 'wrong target'",
};
