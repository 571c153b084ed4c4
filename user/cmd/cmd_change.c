// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "change.h"
#include "change_renewal.h"
#include "cmd.h"
#include "cmd_change.h"
#include "cmd_fresh.h"
#include "draft.h"
#include "draft_fold.h"
#include "error.h"
#include "follow.h"
#include "interrupt.h"
#include "progress.h"
#include "server_list.h"
#include "server_list_read.h"
#include "state.h"
#include "state_init.h"
#include "store.h"
#include "store_draft.h"
#include "store_draft_write.h"
#include "store_release.h"
#include "text.h"
#include "when.h"

struct taking {
	struct cmd_change_options *options;
	cmd_take_fn *take; /* of the command's own ones */
	void *arg;
};

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	const struct taking *taking = arg;
	struct cmd_change_options *options = taking->options;
	unsigned long long number;

	switch (option) {
	case CMD_CHANGE_MESSAGE:
		options->message = optarg;
		break;
	case CMD_CHANGE_IF_RELEASE:
		if (cmd_number(optarg, 0, INT64_MAX, &number))
			return cmd_usage(
				cmd, "--if-release: '%s' is no release number",
				optarg);
		options->if_release = number;
		break;
	case CMD_CHANGE_WAIT:
		if (when_duration(optarg, &options->wait_ms) ||
		    options->wait_ms > CMD_CHANGE_WAIT_MAX_MS)
			return cmd_usage(
				cmd,
				"--wait: '%s' is no duration up to a day, such as 0.5, 10 or 2m",
				optarg);
		break;
	case CMD_CHANGE_FORCE:
		options->force = true;
		break;
	case CMD_CHANGE_DRY_RUN:
		options->dry_run = true;
		break;
	case CMD_CHANGE_DRAFT:
		options->draft = optarg ? optarg : STORE_DRAFT_USUAL;
		return store_draft_name(options->draft);
	default:
		return taking->take(cmd, option, taking->arg);
	}
	return CMD_OK;
}

int cmd_change_options(struct cmd_change_options *options,
		       const struct cmd *cmd, int argc, char **argv,
		       const struct option *longs, cmd_take_fn *take, void *arg)
{
	struct taking taking = {options, take, arg};

	interrupt_tell(cmd->name);
	return cmd_options(cmd, argc, argv, longs, option_take, &taking);
}

static int release_name(const struct store_release *row, void *arg)
{
	char *text = arg, date[TEXT_TIME];

	snprintf(text, 400, ", made by %.60s at %s (%.300s)", row->user,
		 text_of_time(date, row->time), row->command);
	return 0;
}

/* Refuse when another release is live than --if-release says. store may be
 * NULL. Returns 0 or -errno with error_set(). */
static int release_check(const struct cmd_change_options *options,
			 struct store *store, uint64_t live)
{
	uint64_t wanted = options->if_release;
	char name[400] = "";
	int err = 0;

	if (wanted == CMD_CHANGE_ANY || wanted == live)
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

/* A draft that is not there would be made from what is live. */
static int look_open(struct cmd_change *change)
{
	const char *draft = change->options->draft;
	int err = -ENOENT;

	if (draft)
		err = release_view_draft(&change->view, change->cmd->state,
					 draft, stderr);
	change->fresh = draft && err == -ENOENT;
	if (err == -ENOENT)
		err = release_view_open(&change->view, change->cmd->state,
					RELEASE_VIEW_LIVE, stderr);
	return err;
}

static int begin_look(struct cmd_change *change)
{
	int err = state_find(change->cmd->state);

	/* The change would make it. */
	change->fresh = err == -ENOENT && change->options->draft;
	if (err == -ENOENT)
		return state_init_check(change->cmd->state);
	if (!err)
		err = look_open(change);
	if (err)
		return err;
	change->store = change->view.store;
	change->live = change->view.live.release;
	change->rows = change->view.rows;
	change->rules = change->view.rules;
	return 0;
}

/* What is to change rules begins when there is room for it. */
static int begin_rules(struct cmd_change *change, bool bulk)
{
	const char *state = change->cmd->state;
	int err, may;

	for (;;) {
		err = change_begin(&change->transaction, state, bulk, stderr);
		may = err ? err : change_may_begin(change->transaction);
		if (may)
			return may < 0 ? may : 0;
		change_free(change->transaction);
		change->transaction = NULL;
		err = draft_fold_wait(state, DRAFT_FOLD_ALL, UINT_MAX, stderr);
		if (err)
			return err;
	}
}

static int begin_release(struct cmd_change *change, bool bulk)
{
	int err = change->options->restores
			  ? change_begin(&change->transaction,
					 change->cmd->state, bulk, stderr)
			  : begin_rules(change, bulk);

	if (err)
		return err;
	change->store = change_store(change->transaction);
	change->live = change_live(change->transaction);
	change->rows = change_rows(change->transaction);
	change->rules = change_rules(change->transaction);
	return 0;
}

static int begin_draft(struct cmd_change *change, bool bulk)
{
	int err = draft_begin(&change->draft, change->cmd->state,
			      change->options->draft, bulk, stderr);

	if (err)
		return err;
	change->store = draft_store(change->draft);
	change->live = draft_live(change->draft);
	change->rows = draft_stored(change->draft)->rows;
	change->rules = draft_stored(change->draft)->rules;
	change->fresh = !draft_stored(change->draft)->changes;
	return 0;
}

int cmd_change_begin(struct cmd_change *change, const struct cmd *cmd,
		     const struct cmd_change_options *options, bool bulk)
{
	int err;

	memset(change, 0, sizeof(*change));
	change->cmd = cmd;
	change->options = options;
	/* Whoever reads no further must not end it behind the cutover. */
	if (!options->dry_run)
		signal(SIGPIPE, SIG_IGN);
	if (options->dry_run)
		err = begin_look(change);
	else if (options->draft)
		err = begin_draft(change, bulk);
	else
		err = begin_release(change, bulk);
	if (change->transaction || change->draft)
		interrupt_defer();
	if (!err && !options->force && !options->draft)
		err = follow_check(cmd->state);
	return err ? err : release_check(options, change->store, change->live);
}

int cmd_change_begin_there(struct cmd_change *change, const struct cmd *cmd,
			   const struct cmd_change_options *options)
{
	int err = state_find(cmd->state);

	if (!err)
		return cmd_change_begin(change, cmd, options, false);
	memset(change, 0, sizeof(*change));
	change->cmd = cmd;
	change->options = options;
	return err;
}

int cmd_change_draft(struct cmd_change *change, const struct edit *edit,
		     struct change_note *note)
{
	int err;

	note->message = change->options->message;
	err = draft_commit(change->draft, edit, note);
	if (err)
		return err;
	change_renewal_print(stderr, draft_renewed(change->draft));
	change->drafted = true;
	change->rules = draft_stored(change->draft)->rules;
	return 0;
}

int cmd_change_commit(struct cmd_change *change, struct change_note *note)
{
	struct change *transaction = change->transaction;
	uint64_t rules;
	int err;

	note->message = change->options->message;
	err = change_commit(transaction, note, &rules);
	if (err && !change_is_live(transaction))
		return err;
	if (err) {
		cmd_fail(change->cmd);
		change->behind = true;
	}
	change_renewal_print(stderr, change_renewed(transaction));
	change->made = change_number(transaction);
	change->rules = rules;
	return 0;
}

bool cmd_change_done(const struct cmd_change *change)
{
	return change->made || change->drafted;
}

void cmd_change_print(const struct cmd_change *change,
		      const struct change_note *note)
{
	if (change->drafted && change->fresh)
		printf("new draft %s, from release %" PRIu64 ": ",
		       change->options->draft, change->live);
	else if (change->drafted)
		printf("draft %s: ", change->options->draft);
	else
		printf("release %" PRIu64 ": ", change->made);
	text_count(stdout, change->rules, "rule");
	if (note->added || note->removed || note->changed)
		printf(", %" PRIu64 " added, %" PRIu64 " removed, %" PRIu64
		       " changed",
		       note->added, note->removed, note->changed);
}

void cmd_change_format(struct cmd_change *change)
{
	if (change->format)
		printf("; format %s", change->format);
	if (change->trials_told)
		printf("; %" PRIu64 " on trial", change->trials);
	change->format_told = true;
}

void cmd_change_none(struct cmd_change *change)
{
	progress_off();
	if (change->options->draft && !change->fresh)
		printf("no change: draft %s has ", change->options->draft);
	else
		printf("no change: release %" PRIu64 " has ", change->live);
	text_count(stdout, change->rules, "rule");
	cmd_change_format(change);
	putchar('\n');
}

/* Say of a server that it does not follow, if so. */
static int behind_print(const struct server_list_entry *server, void *arg)
{
	const struct cmd_change *change = arg;

	if (!follow_is_behind(server, change->made))
		return 0;
	fprintf(stderr,
		"detour %s: release %" PRIu64
		" is live, but the server with pid %d",
		change->cmd->name, change->made, (int)server->pid);
	if (!server->known) {
		fprintf(stderr, " does not tell (servers/%s cannot be read)\n",
			server->name);
		return 0;
	}
	fputs(" on ", stderr);
	text_print(stderr, server->listen);
	fprintf(stderr, " still answers from release %" PRIu64 "\n",
		server->release);
	return 0;
}

/* Whether all who serve have what is live now. */
static int change_followed(struct cmd_change *change)
{
	const char *state = change->cmd->state;
	uint64_t ms = change->options->wait_ms;
	int err = 0;

	if (change->made && ms)
		err = follow_wait(state, change->made, ms);
	if (err > 0)
		server_list_each(state, behind_print, change);
	else if (err < 0)
		cmd_fail(change->cmd);
	return err || change->behind ? CMD_BEHIND : CMD_OK;
}

int cmd_change_end(struct cmd_change *change, int err)
{
	struct change *transaction = change->transaction;
	bool large = transaction && change_needs_compaction(transaction);
	int code;

	progress_off();
	if ((err == -ENOSPC || err == -EDQUOT) && !cmd_change_done(change))
		fputs("nothing was changed; make room on that disk, for a rollback 100 KB; then 'detour prune' removes old releases\n",
		      stderr);
	/* What interrupts it says so itself, by interrupt_end(). */
	if (err == -EINTR)
		code = CMD_FAILED;
	else
		code = err ? cmd_fail(change->cmd) : CMD_OK;
	if (cmd_change_done(change))
		putchar('\n');
	if (change->fresh && !change->drafted)
		cmd_fresh_tell(change->cmd->name, change->options->draft,
			       change->store, change->live);
	if (change->options->dry_run)
		code = cmd_flush(change->cmd, code);
	else
		cmd_changed(change->cmd, code);
	if (large && change_compact(transaction))
		fprintf(stderr,
			"detour: release %" PRIu64
			" is live, but the next changes are slow, since its map cannot be compiled whole: %s\n",
			change->made, error_text());
	if (change->purges && change->made)
		store_draft_purge(change->store);
	change_free(transaction);
	cmd_hits_lost(change->cmd);
	draft_free(change->draft);
	release_view_close(&change->view);
	if (large) /* as well now as later */
		draft_fold(change->cmd->state, DRAFT_FOLD_QUICK, stderr);
	interrupt_end(cmd_change_done(change));
	return change->made ? change_followed(change) : code;
}
