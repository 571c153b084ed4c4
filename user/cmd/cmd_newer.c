// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd_change.h"
#include "cmd_edit.h"
#include "cmd_newer.h"
#include "draft_edit.h"
#include "error.h"
#include "progress.h"
#include "shell.h"
#include "store.h"
#include "store_draft.h"
#include "store_release.h"
#include "text.h"

enum { SHOWN = 20 }; /* releases, and rules */

static int release_print(const struct store_release *release, void *arg)
{
	unsigned int *shown = arg;

	if ((*shown)++ >= SHOWN)
		return 0;
	fprintf(stderr, "  release %" PRIu64 ": ", release->number);
	text_print(stderr, release->user);
	fputs(": ", stderr);
	text_print(stderr, release->command);
	fprintf(stderr,
		", %" PRIu64 " added, %" PRIu64 " removed, %" PRIu64
		" changed\n",
		release->added, release->removed, release->changed);
	return 0;
}

static void rest_print(uint64_t all, uint64_t shown)
{
	if (all > shown)
		fprintf(stderr, "  ... and %" PRIu64 " more\n", all - shown);
}

static int releases_print(const struct cmd_change *change,
			  const struct store_draft *draft)
{
	unsigned int shown = 0;
	int err;

	progress_off();
	fprintf(stderr, "made live since release %" PRIu64 ":\n", draft->base);
	err = store_log(change->store, draft->base + 1, change->live,
			release_print, &shown);
	rest_print(shown, SHOWN);
	return err;
}

/* The first of its rules; what is left out is counted. */
static int draft_print(const struct cmd_change *change,
		       const struct store_draft *draft)
{
	struct edit edit = {0};
	int err = draft_edit(&edit, change->store, draft, draft->under);
	size_t rules = edit.rules.count, gone = edit.gone.count;

	if (!err) {
		fprintf(stderr,
			"draft %s, begun from release %" PRIu64 ": %" PRIu64
			" added, %" PRIu64 " removed, %" PRIu64 " changed\n",
			draft->name, draft->base, edit.added, edit.removed,
			edit.changed);
		edit.rules.count = rules < SHOWN ? rules : SHOWN;
		edit.gone.count = gone < SHOWN ? gone : SHOWN;
		cmd_edit_print(stderr, &edit);
		rest_print(rules + gone, edit.rules.count + edit.gone.count);
	}
	edit_free(&edit);
	return err;
}

void cmd_newer_clash(const struct draft_clash *clash)
{
	if (!clash->count)
		return;
	progress_off();
	fprintf(stderr,
		"both changed, live (-) and the draft (+), rules: %" PRIu64
		"\n",
		clash->count);
	cmd_edit_print(stderr, &clash->first);
	rest_print(clash->count, DRAFT_CLASH_KEPT);
}

static int clash_print(const struct cmd_change *change,
		       const struct store_draft *draft)
{
	struct draft_clash clash = {0};
	struct edit edit = {0};
	int err = draft_rebase(&edit, &clash, change->store, draft,
			       change->rows, DRAFT_PREFER_NONE);

	if (!err)
		cmd_newer_clash(&clash);
	edit_free(&edit);
	edit_free(&clash.first);
	return err == -EEXIST || err == -E2BIG ? 0 : err;
}

/* A command line, to be freed; NULL without memory. */
static char *rebase_text(const struct cmd_change *change,
			 const struct store_draft *draft)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fprintf(out, "detour draft rebase %s", draft->name);
	shell_same(out, change->cmd, NULL);
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}

int cmd_newer_check(const struct cmd_change *change,
		    const struct store_draft *draft)
{
	char *rebase;
	int err;

	if (draft->under == change->rows)
		return 0;
	err = releases_print(change, draft);
	if (!err)
		err = draft_print(change, draft);
	if (!err)
		err = clash_print(change, draft);
	if (err)
		return err;
	rebase = rebase_text(change, draft);
	err = error_set(-ESTALE,
			"draft %s began from release %" PRIu64
			", but release %" PRIu64
			" is live; \"%s\" brings it there",
			draft->name, draft->base, change->live,
			rebase ? rebase : "detour draft rebase");
	free(rebase);
	return err;
}
