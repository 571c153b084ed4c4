// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmd_change.h"
#include "cmd.h"
#include "error.h"
#include "follow.h"
#include "change.h"
#include "store.h"
#include "text.h"
#include "when.h"

static int option_take(struct change_options *options, const struct cmd *cmd,
		       int option)
{
	unsigned long long number;

	switch (option) {
	case CHANGE_MESSAGE:
		options->message = optarg;
		return 0;
	case CHANGE_IF_RELEASE:
		if (cmd_number(optarg, 0, INT64_MAX, &number))
			return cmd_usage(
				cmd, "--if-release: '%s' is no release number",
				optarg);
		options->if_release = number;
		return 0;
	case CHANGE_WAIT:
		if (when_duration(optarg, &options->wait_ms) ||
		    options->wait_ms > CHANGE_WAIT_MAX_MS)
			return cmd_usage(
				cmd,
				"--wait: '%s' is no duration up to a day, such as 0.5, 10 or 2m",
				optarg);
		return 0;
	case CHANGE_FORCE:
		options->force = true;
		return 0;
	case CHANGE_DRY_RUN:
		options->dry_run = true;
		return 0;
	}
	return -ENOENT;
}

int change_option(struct change_options *options, const struct cmd *cmd,
		  int argc, char **argv, const struct option *longs)
{
	int option, err = 0;

	while (!err) {
		option = cmd_option(cmd, argc, argv, longs);
		if (option < CHANGE_MESSAGE)
			return option;
		err = option_take(options, cmd, option);
	}
	return err == -ENOENT ? option : '?';
}

static int release_name(const struct store_release *row, void *arg)
{
	char *text = arg, date[32] = "";
	time_t when = row->time;
	struct tm tm;

	if (localtime_r(&when, &tm))
		strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", &tm);
	snprintf(text, 400, ", made by %.60s at %s (%.300s)", row->user, date,
		 row->command);
	return 0;
}

int change_check(const struct change_options *options, struct store *store,
		 uint64_t live)
{
	uint64_t wanted = options->if_release;
	char name[400] = "";
	int err = 0;

	if (wanted == CHANGE_ANY || wanted == live)
		return 0;
	if (!live)
		return error_set(-ESTALE,
				 "--if-release %" PRIu64
				 ": there is no release yet",
				 wanted);
	if (store)
		err = store_log(store, live, live, release_name, name);
	if (err)
		return err;
	return error_set(-ESTALE,
			 "--if-release %" PRIu64 ": release %" PRIu64
			 " is live%s",
			 wanted, live, name);
}

static int begin_look(struct change *change)
{
	int err = state_find(change->cmd->state);

	/* The change would make it. */
	if (err == -ENOENT)
		return state_init_check(change->cmd->state);
	if (!err)
		err = view_open(&change->view, change->cmd->state, VIEW_LIVE);
	if (err)
		return err;
	change->store = change->view.store;
	change->live = change->view.release;
	change->base = change->view.base;
	change->rules = change->view.rules;
	return 0;
}

static int begin_release(struct change *change, bool bulk)
{
	int err = release_begin(&change->release, change->cmd->state, bulk);

	if (err)
		return err;
	change->store = release_store(change->release);
	change->live = release_live(change->release);
	change->base = release_base(change->release);
	change->rules = release_rules(change->release);
	return 0;
}

int change_begin(struct change *change, const struct cmd *cmd,
		 const struct change_options *options, bool bulk)
{
	int err;

	memset(change, 0, sizeof(*change));
	change->cmd = cmd;
	change->options = options;
	/* Whoever reads no further must not end it behind the cutover. */
	if (!options->dry_run)
		signal(SIGPIPE, SIG_IGN);
	err = options->dry_run ? begin_look(change)
			       : begin_release(change, bulk);
	if (!err && !options->force)
		err = follow_check(cmd->state);
	return err ? err : change_check(options, change->store, change->live);
}

int change_begin_there(struct change *change, const struct cmd *cmd,
		       const struct change_options *options)
{
	int err = state_find(cmd->state);

	if (!err)
		return change_begin(change, cmd, options, false);
	memset(change, 0, sizeof(*change));
	change->cmd = cmd;
	change->options = options;
	return err;
}

int change_commit(struct change *change, struct release_note *note)
{
	struct release *release = change->release;
	uint64_t rules;
	int err;

	note->message = change->options->message;
	err = release_commit(release, note, &rules);
	if (err && !release_is_live(release))
		return err;
	if (err) {
		cmd_fail(change->cmd);
		change->behind = true;
	}
	change->made = release_number(release);
	change->rules = rules;
	return 0;
}

void change_print(const struct change *change, const struct release_note *note)
{
	printf("release %" PRIu64 ": ", change->made);
	text_count(stdout, change->rules, "rule");
	if (note->added || note->removed || note->changed)
		printf(", %" PRIu64 " added, %" PRIu64 " removed, %" PRIu64
		       " changed",
		       note->added, note->removed, note->changed);
}

void change_none(const struct change *change)
{
	printf("no change: release %" PRIu64 " has ", change->live);
	text_count(stdout, change->rules, "rule");
	putchar('\n');
}

/* Whether all who serve have what is live now. */
static int change_followed(const struct change *change)
{
	const char *state = change->cmd->state;
	uint64_t ms = change->options->wait_ms;
	int err = 0;

	if (change->made && ms)
		err = follow_wait(state, change->made, ms);
	if (err > 0)
		follow_print(state, change->made, change->cmd->name);
	else if (err < 0)
		cmd_fail(change->cmd);
	return err || change->behind ? CMD_BEHIND : CMD_OK;
}

int change_end(struct change *change, int err)
{
	struct release *release = change->release;
	int code = err ? cmd_fail(change->cmd) : CMD_OK;

	if (change->made)
		putchar('\n');
	if (change->options->dry_run)
		code = cmd_flush(change->cmd, code);
	else
		cmd_changed(change->cmd, code);
	if (release && release_folds(release))
		release_fold(release);
	release_free(release);
	view_close(&change->view);
	return change->made ? change_followed(change) : code;
}
