// SPDX-License-Identifier: BSD-2-Clause
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>

#include "cmd.h"
#include "cmd_view.h"
#include "store_draft.h"

int cmd_view_take(const struct cmd *cmd, int option, struct cmd_view *view)
{
	if (option == CMD_VIEW_DRAFT) {
		view->draft = optarg ? optarg : STORE_DRAFT_USUAL;
		return store_draft_name(view->draft);
	}
	if (cmd_number(optarg, 0, INT64_MAX, &view->release))
		return cmd_usage(cmd, "'%s' is no release number", optarg);
	return CMD_OK;
}

bool cmd_view_given(const struct cmd_view *view)
{
	return view->draft || view->release != RELEASE_VIEW_LIVE;
}

bool cmd_view_both(const struct cmd_view *view)
{
	return view->draft && view->release != RELEASE_VIEW_LIVE;
}

int cmd_view_open(struct release_view *opened, const struct cmd_view *view,
		  const char *state)
{
	if (view->draft)
		return release_view_draft(opened, state, view->draft, stderr);
	return release_view_open(opened, state, view->release, stderr);
}

const char *cmd_view_name(char text[CMD_VIEW_TEXT], const struct cmd_view *view)
{
	if (view->draft)
		snprintf(text, CMD_VIEW_TEXT, "draft:%s", view->draft);
	else if (view->release == RELEASE_VIEW_LIVE)
		snprintf(text, CMD_VIEW_TEXT, "live");
	else
		snprintf(text, CMD_VIEW_TEXT, "%llu", view->release);
	return text;
}

const char *cmd_view_text(char text[CMD_VIEW_TEXT], const struct cmd_view *view)
{
	if (view->draft)
		snprintf(text, CMD_VIEW_TEXT, "draft %s", view->draft);
	else if (view->release == RELEASE_VIEW_LIVE)
		snprintf(text, CMD_VIEW_TEXT, "live");
	else
		snprintf(text, CMD_VIEW_TEXT, "release %llu", view->release);
	return text;
}
