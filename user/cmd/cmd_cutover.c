// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cache_gone.h"
#include "change.h"
#include "cmd.h"
#include "cmd_change.h"
#include "cmd_edit.h"
#include "cmd_guard.h"
#include "cmd_newer.h"
#include "draft.h"
#include "draft_edit.h"
#include "draft_fold.h"
#include "edit.h"
#include "edit_apply.h"
#include "error.h"
#include "interrupt.h"
#include "progress.h"
#include "state.h"
#include "store.h"
#include "store_draft.h"
#include "store_draft_write.h"
#include "text.h"
#include "when.h"

struct cutover {
	const struct cmd *cmd;
	const char *name;
	struct cmd_change_options options;
	struct cmd_guard guard;
	int64_t at;	     /* 0: at once */
	const char *skipped; /* the time of day that a day before has not */
	bool tries;	     /* nothing is to become live yet */
	bool large;
	struct cmd_change change;
	struct store_draft draft;
	struct edit edit;
	struct cache_gone gone;
	char command[sizeof(STORE_DRAFT_CUTOVER) + STORE_DRAFT_NAME];
};

enum { OPT_AT = CMD_OPTION };

enum { FOLD_PAUSES = 16 }; /* some ten seconds */

/* Say what is wrong with it, with what would be right as from now on. */
static int at_refuse(const struct cmd *cmd, int64_t now)
{
	char like[TEXT_TIME], meant[WHEN_CLOCK], zoned[40];
	int64_t at;

	text_of_moment(like, now + 24 * 3600);
	like[strlen("2026-11-27")] = 'T';
	if (!when_clock_meant(optarg, meant))
		return cmd_usage(cmd, "--at: '%s' is no time; %s is one",
				 optarg, meant);
	snprintf(zoned, sizeof(zoned), "%.30sZ", optarg);
	if (strlen(optarg) > strlen("2026-11-27") && !when_date(zoned, &at))
		return cmd_usage(cmd,
				 "--at: '%s' has no zone behind it, as %s has",
				 optarg, like);
	return cmd_usage(cmd,
			 "--at: '%s' is no time, such as %s, 03:00 or 03:00:30",
			 optarg, like);
}

/* A moment to come, or a time of day. */
static int at_take(const struct cmd *cmd, struct cutover *cutover)
{
	int64_t now = time(NULL), at;
	int skips = when_clock(optarg, now, &cutover->at);

	cutover->skipped = skips > 0 ? optarg : NULL;
	if (skips >= 0)
		return CMD_OK;
	if (strlen(optarg) <= strlen("2026-11-27") || when_date(optarg, &at))
		return at_refuse(cmd, now);
	if (at <= now)
		return cmd_usage(cmd, "--at: %s is past", optarg);
	cutover->at = at;
	return CMD_OK;
}

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct cutover *cutover = arg;

	if (option == OPT_AT)
		return at_take(cmd, cutover);
	return cmd_guard_take(cmd, option, &cutover->guard);
}

static int options_read(struct cutover *cutover, int argc, char **argv)
{
	static const struct option longs[] = {
		CMD_CHANGE_LONGS,
		{"dry-run", no_argument, NULL, CMD_CHANGE_DRY_RUN},
		CMD_GUARD_LONGS,
		{"at", required_argument, NULL, OPT_AT},
		{NULL, 0, NULL, 0},
	};
	const struct cmd *cmd = cutover->cmd;
	int code = cmd_change_options(&cutover->options, cmd, argc, argv, longs,
				      option_take, cutover);

	if (code)
		return code;
	if (argc - optind > 1)
		return cmd_usage(cmd, "one draft at most");
	if (optind < argc)
		cutover->name = argv[optind];
	if (store_draft_name(cutover->name))
		return cmd_usage(cmd, "%s", error_text());
	if (cutover->at && cutover->options.dry_run)
		return cmd_usage(cmd, "--at or --dry-run, not both");
	snprintf(cutover->command, sizeof(cutover->command), "%s%s",
		 STORE_DRAFT_CUTOVER, cutover->name);
	return CMD_OK;
}

/* Of one that is compiled it is known what it does, where nobody looks at the
 * rules themselves. */
static int edit_find(struct cutover *cutover)
{
	const struct store_draft *draft = &cutover->draft;
	struct edit *edit = &cutover->edit;
	int err = 0;

	if (*draft->map && !cutover->options.dry_run &&
	    draft_is_large(draft->added + draft->removed + draft->changed)) {
		edit->added = draft->added;
		edit->removed = draft->removed;
		edit->changed = draft->changed;
	} else {
		err = draft_edit(edit, cutover->change.store, draft,
				 cutover->change.rows);
	}
	cutover->large =
		draft_is_large(edit->added + edit->removed + edit->changed);
	return err;
}

/* The draft, and what it does to what is live, if it may. */
static int draft_load(struct cutover *cutover)
{
	struct cmd_change *change = &cutover->change;
	struct store_draft *draft = &cutover->draft;
	char what[sizeof("draft ") + STORE_DRAFT_NAME];
	int err;

	if (!change->store)
		return error_set(-ENOENT, "there is no draft %s",
				 cutover->name);
	err = store_draft_find(change->store, change->live, cutover->name,
			       draft);
	if (!err)
		err = cmd_newer_check(change, draft);
	if (!err)
		err = edit_find(cutover);
	snprintf(what, sizeof(what), "draft %s", cutover->name);
	if (!err)
		err = cmd_guard_check(&cutover->guard, what, draft->rules,
				      cutover->edit.removed, change->rules);
	return err;
}

static bool is_empty(const struct edit *edit)
{
	return !edit->added && !edit->removed && !edit->changed;
}

static int draft_try(struct cutover *cutover)
{
	struct change_note note = {.command = cutover->command};
	struct change *transaction = cutover->change.transaction;
	int err;

	if (is_empty(&cutover->edit))
		return error_set(-EALREADY,
				 "draft %s has the rules that are live",
				 cutover->name);
	if (cutover->large)
		err = change_restore_draft(transaction, &cutover->draft);
	else
		err = edit_apply(&cutover->edit, transaction);
	return err ? err : change_try(transaction, &note);
}

/* By the draft's own rows and map; its rules are written when all is said. */
static int large_go(struct cutover *cutover)
{
	struct cmd_change *change = &cutover->change;
	struct change_note note = {
		.command = cutover->command,
		.added = cutover->edit.added,
		.removed = cutover->edit.removed,
		.changed = cutover->edit.changed,
	};
	int err;

	if (note.removed || note.changed)
		cache_gone_before(&cutover->gone, change, false);
	err = change_restore_draft(change->transaction, &cutover->draft);
	if (!err)
		err = cmd_change_commit(change, &note);
	if (err)
		return err;
	progress_off();
	cmd_change_print(change, &note);
	return 0;
}

static int draft_go(struct cutover *cutover)
{
	struct cmd_change *change = &cutover->change;
	int err = 0;

	if (!cutover->options.message && *cutover->draft.message)
		cutover->options.message = cutover->draft.message;
	if (change->transaction && cutover->large)
		return large_go(cutover);
	if (change->transaction && !is_empty(&cutover->edit)) {
		err = store_draft_became(change->store, &cutover->draft,
					 change_number(change->transaction));
		change->purges = true;
	}
	return err ? err
		   : cmd_edit_run(&cutover->edit, change, cutover->command);
}

static void fold_failed(int err)
{
	char reason[ERROR_TEXT];

	error_save(reason);
	progress_off();
	if (err == -EAGAIN)
		fputs("detour cutover: its rules stay with the draft's, for others did not have to wait for that\n",
		      stderr);
	else
		fprintf(stderr,
			"detour cutover: its rules stay with the draft's: %s\n",
			reason);
}

/* The release answers already. If it comes to nothing, rules are changed over
 * the draft's; it also removes a map that nobody took. */
static void fold(const struct cutover *cutover)
{
	int err;

	if (!cutover->change.made || !(cutover->large || *cutover->draft.map))
		return;
	interrupt_defer();
	progress_on(stderr);
	err = draft_fold_wait(cutover->cmd->state, DRAFT_FOLD_QUICK,
			      FOLD_PAUSES, stderr);
	if (err)
		fold_failed(err);
	progress_off();
	interrupt_end(true);
}

/* All of it, once. */
static int cutover_run(struct cutover *cutover)
{
	struct cmd_change_options options = cutover->options;
	int err, code;

	progress_on(stderr);
	err = cmd_change_begin_there(&cutover->change, cutover->cmd,
				     &cutover->options);
	if (!err)
		err = draft_load(cutover);
	if (!err)
		err = cutover->tries ? draft_try(cutover) : draft_go(cutover);
	code = cmd_change_end(&cutover->change, err);
	cache_gone_end(&cutover->gone, &cutover->change);
	if (!err && !cutover->tries)
		cache_gone_edit(&cutover->change, &cutover->edit);
	fold(cutover);
	cutover->options = options;
	store_draft_end(&cutover->draft);
	edit_free(&cutover->edit);
	cutover->edit = (struct edit){0};
	return code;
}

/* Until then nothing is held, so that whatever ends it leaves all as it is. By
 * the clock, also where that is set meanwhile. */
static void wait_until(int64_t at)
{
	const struct timespec when = {.tv_sec = at};

	while (clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &when, NULL) ==
	       EINTR)
		;
}

static int cutover_at(struct cutover *cutover)
{
	int code;

	progress_on(stderr);
	if (state_find(cutover->cmd->state) ||
	    draft_prepare(cutover->cmd->state, cutover->name, stderr)) {
		progress_off();
		return cmd_fail(cutover->cmd);
	}
	cutover->tries = true;
	code = cutover_run(cutover);
	if (code)
		return code;
	fprintf(stderr,
		"detour cutover: draft %s can become live, and will at ",
		cutover->name);
	text_moment(stderr, cutover->at);
	if (cutover->skipped)
		fprintf(stderr, ", since clocks skip %s the day before",
			cutover->skipped);
	fputs("; until then Ctrl-C leaves all as it is\n", stderr);
	wait_until(cutover->at);
	cutover->tries = false;
	return cutover_run(cutover);
}

int cmd_cutover(const struct cmd *cmd, int argc, char **argv)
{
	struct cutover cutover = {
		.cmd = cmd,
		.name = STORE_DRAFT_USUAL,
		.options = CMD_CHANGE_OPTIONS_INIT,
		.guard = CMD_GUARD_INIT,
	};
	int code = options_read(&cutover, argc, argv);

	if (code)
		return code;
	return cutover.at ? cutover_at(&cutover) : cutover_run(&cutover);
}

const struct cmd_about cmd_cutover_about = {
	.name = "cutover",
	.run = cmd_cutover,
	.summary = "make a draft live",
	.usage = "[NAME] [OPTION ...]",
	.text = "Make a release with the rules of a draft, of the one named 'draft' if none is\n"
		"named; the draft is gone then. It is refused where something else was made live\n"
		"since the draft began: 'draft rebase' brings it there.\n",
	.options =
		"  --at TIME           wait until then: HH:MM, HH:MM:SS, or a time of\n"
		"                      RFC 3339; what can be refused is tried before\n"
		"  --allow-empty       though the draft has no rules\n"
		"  --large             though more than half would go\n"
		"  --max-removed N     refuse if more than N would go\n" CMD_CHANGE_HELP_DRY_RUN
			CMD_CHANGE_HELP,
	.exits = CMD_EXITS_CHANGE,
	.example = "detour cutover --at 03:00",
};
