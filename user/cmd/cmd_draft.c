// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "change.h"
#include "cmd.h"
#include "cmd_change.h"
#include "cmd_draft_list.h"
#include "cmd_edit.h"
#include "cmd_newer.h"
#include "cmd_options.h"
#include "draft.h"
#include "draft_edit.h"
#include "edit.h"
#include "error.h"
#include "live_file.h"
#include "progress.h"
#include "release_view.h"
#include "store.h"
#include "store_draft.h"
#include "store_release.h"

struct options {
	const char *name;
	bool json, dry_run;
	enum draft_prefer prefer;
};

enum { OPT_JSON = CMD_OPTION, OPT_PREFER, OPT_DRY_RUN };

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct options *options = arg;

	if (option == OPT_JSON)
		options->json = true;
	else if (option == OPT_DRY_RUN)
		options->dry_run = true;
	else if (!strcmp(optarg, "draft"))
		options->prefer = DRAFT_PREFER_DRAFT;
	else if (!strcmp(optarg, "live"))
		options->prefer = DRAFT_PREFER_LIVE;
	else
		return cmd_usage(cmd, "--prefer is draft or live");
	return CMD_OK;
}

static int drop_run(const struct cmd *cmd, const struct options *options)
{
	if (draft_drop(cmd->state, options->name, stderr))
		return cmd_fail(cmd);
	printf("dropped draft %s\n", options->name);
	return cmd_changed(cmd, CMD_OK);
}

/* What the draft does, done to what is live. */
static int rebase_edit(struct edit *edit, const struct options *options,
		       struct store *store, const struct store_draft *draft,
		       uint64_t rows)
{
	struct draft_clash clash = {0};
	int err =
		draft_rebase(edit, &clash, store, draft, rows, options->prefer);

	if (!err && clash.count) {
		cmd_newer_clash(&clash);
		if (options->prefer == DRAFT_PREFER_NONE)
			err = error_set(
				-EEXIST,
				"live and draft %s both changed them; --prefer draft or live says whose stay",
				draft->name);
	}
	edit_free(&clash.first);
	return err;
}

static int rebase_commit(struct cmd_change *change, struct edit *edit)
{
	struct change_note note = {
		.command = "draft rebase",
		.added = edit->added,
		.removed = edit->removed,
		.changed = edit->changed,
	};
	int err = draft_restart(change->draft);

	if (!err)
		err = cmd_change_draft(change, edit, &note);
	if (err)
		return err;
	cmd_change_print(change, &note);
	printf(", from release %llu", (unsigned long long)change->live);
	return 0;
}

static int rebase_do(struct cmd_change *change, const struct options *options)
{
	const struct store_draft *draft = change->draft
						  ? draft_stored(change->draft)
						  : &change->view.draft;
	struct edit edit = {0};
	uint64_t rows, rules;
	int err;

	if (!change->store)
		return error_set(-ENOENT, "there is no draft %s",
				 options->name);
	if (change->fresh ||
	    !(change->draft ? draft->changes : (uint64_t)*draft->name)) {
		change->fresh = false;
		return store_draft_none(change->store, options->name);
	}
	err = store_rows(change->store, change->live, &rows, &rules);
	if (!err && rows == draft->under) {
		progress_off();
		printf("no change: draft %s is over what is live\n",
		       options->name);
		return 0;
	}
	if (!err)
		err = rebase_edit(&edit, options, change->store, draft, rows);
	progress_off();
	if (!err && !change->draft)
		cmd_edit_print(stdout, &edit);
	else if (!err)
		err = rebase_commit(change, &edit);
	edit_free(&edit);
	return err;
}

static int rebase_run(const struct cmd *cmd, const struct options *options)
{
	const struct cmd_change_options change_options = {
		.if_release = CMD_CHANGE_ANY,
		.dry_run = options->dry_run,
		.draft = options->name,
	};
	struct cmd_change change;
	int err;

	progress_on(stderr);
	err = cmd_change_begin_there(&change, cmd, &change_options);
	if (!err)
		err = rebase_do(&change, options);
	return cmd_change_end(&change, err);
}

static int list_run(const struct cmd *cmd, const struct options *options)
{
	if (cmd_draft_list(cmd, options->json))
		return cmd_fail(cmd);
	return cmd_flush(cmd, CMD_OK);
}

static const struct verb {
	const char *name;
	int (*run)(const struct cmd *cmd, const struct options *options);
	bool named;
} verbs[] = {
	{"list", list_run, false},
	{"drop", drop_run, true},
	{"rebase", rebase_run, true},
};

static const struct verb *verb_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

/* Each option is of one of them. */
static int options_check(const struct cmd *cmd, const struct verb *verb,
			 const struct options *options)
{
	bool rebase = verb->run == rebase_run;

	if (options->json && verb->run != list_run)
		return cmd_usage(cmd, "--json is for list");
	if ((options->prefer || options->dry_run) && !rebase)
		return cmd_usage(cmd, "--prefer and --dry-run are for rebase");
	return CMD_OK;
}

int cmd_draft(const struct cmd *cmd, int argc, char **argv)
{
	static const struct option longs[] = {
		{"json", no_argument, NULL, OPT_JSON},
		{"prefer", required_argument, NULL, OPT_PREFER},
		{"dry-run", no_argument, NULL, OPT_DRY_RUN},
		{NULL, 0, NULL, 0},
	};
	struct options options = {.name = STORE_DRAFT_USUAL};
	const struct verb *verb;
	int code = cmd_options(cmd, argc, argv, longs, option_take, &options);

	if (code)
		return code;
	verb = optind < argc ? verb_find(argv[optind++]) : NULL;
	if (!verb)
		return cmd_usage(cmd, "list, drop or rebase is needed");
	if (argc - optind > verb->named)
		return cmd_usage(cmd, "'%s' is too much",
				 argv[optind + verb->named]);
	if (optind < argc)
		options.name = argv[optind];
	if (store_draft_name(options.name))
		return cmd_usage(cmd, "%s", error_text());
	code = options_check(cmd, verb, &options);
	return code ? code : verb->run(cmd, &options);
}

const struct cmd_about cmd_draft_about = {
	.name = "draft",
	.run = cmd_draft,
	.summary = "list and drop drafts, or bring one to what is live now",
	.usage =
		"list [--json]\n"
		"       detour draft drop [NAME]\n"
		"       detour draft rebase [NAME] [--prefer draft|live] [--dry-run]",
	.text = "List the drafts that --draft made; drop one; or do what one does to what is live\n"
		"now, where something was made live since it began. A rule that both changed is\n"
		"refused, unless it is said whose stays.\n",
	.options =
		"  --json              list: as a JSON array\n"
		"  --prefer WHOSE      rebase: draft or live, where both changed a rule\n"
		"  --dry-run           rebase: print what it would do to what is live\n",
	.exits = "0 done, 1 failed and nothing changed, 2 usage",
	.example = "detour draft rebase next --prefer draft",
};
