/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_VIEW_H
#define CMD_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "release_view.h"

struct cmd;

/* The options of commands that look at rules: at which ones. */
struct cmd_view {
	unsigned long long release; /* or RELEASE_VIEW_LIVE */
	const char *draft;	    /* NULL: at a release */
};

#define CMD_VIEW_INIT                        \
	{                                    \
		.release = RELEASE_VIEW_LIVE \
	}

/* Their values, and their entries in a table for getopt_long(). */
enum { CMD_VIEW_RELEASE = 4000, CMD_VIEW_DRAFT };
#define CMD_VIEW_LONGS                                           \
	{"release", required_argument, NULL, CMD_VIEW_RELEASE},  \
	{                                                        \
		"draft", optional_argument, NULL, CMD_VIEW_DRAFT \
	}

/* Their help. */
#define CMD_VIEW_HELP                                                  \
	"  --release N         of this release, not of the live one\n" \
	"  --draft[=NAME]      of a draft, 'draft' if it is not named\n"

/* Take in one of them: CMD_OK, another exit code after a message, or -EINVAL,
 * as a cmd_take_fn (cmd_options.h) does. */
int cmd_view_take(const struct cmd *cmd, int option, struct cmd_view *view);

/* Whether it is not simply what is live; and whether both are given. */
bool cmd_view_given(const struct cmd_view *view);
bool cmd_view_both(const struct cmd_view *view);

/* Open it. Returns 0 or -errno with error_set(). */
int cmd_view_open(struct release_view *opened, const struct cmd_view *view,
		  const char *state);

/* Its name as rules_named.h has it, and for people. */
enum { CMD_VIEW_TEXT = 100 };
const char *cmd_view_name(char text[CMD_VIEW_TEXT],
			  const struct cmd_view *view);
const char *cmd_view_text(char text[CMD_VIEW_TEXT],
			  const struct cmd_view *view);

#endif
