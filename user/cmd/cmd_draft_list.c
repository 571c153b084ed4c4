// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "cmd_draft_list.h"
#include "error.h"
#include "json.h"
#include "release_view.h"
#include "store.h"
#include "store_draft.h"
#include "text.h"
#include "view_drafts.h"

struct list {
	FILE *out;
	uint64_t live, rows; /* the live release, and its rows */
	struct json_list json;
};

static const char *why_unreadable(const struct store_draft *draft)
{
	if (draft->form != STORE_DRAFT_FORM)
		return "of another version of detour";
	return draft->lost ? "its release was pruned" : NULL;
}

static int json_show(const struct store_draft *draft, void *arg)
{
	const char *why = why_unreadable(draft);
	struct list *list = arg;

	return json_list_add(
		&list->json,
		json_pack("{s:s, s:I, s:o, s:o, s:o, s:I, s:I, s:I, s:b, s:o}",
			  "draft", draft->name, "time", (json_int_t)draft->time,
			  "user", json_of_text(draft->user), "command",
			  json_of_text(draft->command), "message",
			  json_of_text(draft->message), "release",
			  (json_int_t)draft->base, "rules",
			  (json_int_t)draft->rules, "changes",
			  (json_int_t)draft->changes, "current",
			  !why && draft->under == list->rows, "lost",
			  why ? json_string(why) : json_null()));
}

static int text_show(const struct store_draft *draft, void *arg)
{
	const char *why = why_unreadable(draft);
	struct list *list = arg;
	FILE *out = list->out;

	fprintf(out, "%s  ", draft->name);
	text_time(out, draft->time);
	fputs("  ", out);
	text_print(out, draft->user);
	fputs("  ", out);
	text_print(out, draft->command);
	fputs("\n    ", out);
	text_count(out, draft->rules, "rule");
	fputs(", ", out);
	text_count(out, draft->changes, "change");
	fprintf(out, ", from release %" PRIu64, draft->base);
	if (why)
		fprintf(out, ", CANNOT BE READ: %s", why);
	else if (draft->under != list->rows)
		fprintf(out, ", BUT RELEASE %" PRIu64 " IS LIVE", list->live);
	if (*draft->message) {
		fputs("\n    ", out);
		text_print(out, draft->message);
	}
	putc('\n', out);
	return 0;
}

static int list_write(struct list *list, const struct release_view *view,
		      bool json)
{
	int err = 0;

	list->live = view->live.release;
	list->rows = view->rows;
	list->json.out = list->out;
	if (view->store)
		err = store_draft_each(view->store, list->live,
				       json ? json_show : text_show, list);
	if (!err && json)
		json_list_end(&list->json);
	return err;
}

/* Into memory first: a pager that waits must not keep the store busy. */
int cmd_draft_list(const struct cmd *cmd, bool json)
{
	struct release_view view;
	struct list list = {0};
	char *text = NULL;
	size_t len = 0;
	int err;

	err = release_view_open(&view, cmd->state, RELEASE_VIEW_LIVE, stderr);
	if (!err)
		err = view_drafts_store(&view, cmd->state);
	if (err)
		return err;
	list.out = open_memstream(&text, &len);
	if (list.out)
		err = list_write(&list, &view, json);
	if (!list.out || fclose(list.out))
		err = error_sys(-ENOMEM, "cannot list drafts");
	release_view_close(&view);
	if (!err && !len)
		fputs("detour draft: there is none\n", stderr);
	if (!err)
		fwrite(text, 1, len, stdout);
	free(text);
	return err;
}
