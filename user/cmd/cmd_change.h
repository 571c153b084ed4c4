/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_CHANGE_H
#define CMD_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd_options.h"
#include "release_view.h"

struct cmd;
struct option;
struct change;
struct change_note;
struct draft;
struct edit;
struct store;

/* The options that all changing commands have. */
struct cmd_change_options {
	const char *message; /* --message; NULL: none */
	uint64_t if_release; /* --if-release, or CMD_CHANGE_ANY */
	uint64_t wait_ms;    /* --wait: for servers to follow; 0: not at all */
	bool force;	     /* --force: though a server cannot follow */
	bool dry_run;	     /* --dry-run, of the commands that have it */
	const char *draft;   /* --draft, or NULL: what is live is changed */
	bool restores;	     /* it writes no rules */
};

#define CMD_CHANGE_ANY UINT64_MAX
enum { CMD_CHANGE_WAIT_MS = 1000, CMD_CHANGE_WAIT_MAX_MS = 86400 * 1000 };

/* Values of their options, beyond those of the commands. */
enum {
	CMD_CHANGE_MESSAGE = 1000,
	CMD_CHANGE_IF_RELEASE,
	CMD_CHANGE_WAIT,
	CMD_CHANGE_FORCE,
	CMD_CHANGE_DRY_RUN,
	CMD_CHANGE_DRAFT,
};

/* The first entries of a changing command's table for getopt_long(). */
#define CMD_CHANGE_LONGS                                            \
	{"message", required_argument, NULL, CMD_CHANGE_MESSAGE},   \
		{"if-release", required_argument, NULL,             \
		 CMD_CHANGE_IF_RELEASE},                            \
		{"wait", required_argument, NULL, CMD_CHANGE_WAIT}, \
	{                                                           \
		"force", no_argument, NULL, CMD_CHANGE_FORCE        \
	}

/* Of those that change rules one by one, behind it. */
#define CMD_CHANGE_LONG_DRAFT                                      \
	{                                                          \
		"draft", optional_argument, NULL, CMD_CHANGE_DRAFT \
	}
#define CMD_CHANGE_HELP_DRAFT \
	"  --draft[=NAME]      change a draft, not what is live\n"

#define CMD_CHANGE_HELP_DRY_RUN \
	"  --dry-run           print what would change, change nothing\n"

/* Their help. */
#define CMD_CHANGE_HELP                                                        \
	"  --message TEXT      for the log\n"                                  \
	"  --if-release N      refuse unless release N is live (0: none)\n"    \
	"  --wait S            for servers to follow, 1 second if not given\n" \
	"  --force             though a running server cannot follow\n"

#define CMD_CHANGE_OPTIONS_INIT                                             \
	{                                                                   \
		.if_release = CMD_CHANGE_ANY, .wait_ms = CMD_CHANGE_WAIT_MS \
	}

/*
 * cmd_change_options - take in all options, as cmd_options() does
 * @longs: begins with CMD_CHANGE_LONGS; may have CMD_CHANGE_DRY_RUN
 * @take: called for those beside these; may be NULL without any
 */
int cmd_change_options(struct cmd_change_options *options,
		       const struct cmd *cmd, int argc, char **argv,
		       const struct option *longs, cmd_take_fn *take,
		       void *arg);

/* One change, of what is live or of a draft: from cmd_change_begin() to
 * cmd_change_end() the lock is held; a dry run looks without it. */
struct cmd_change {
	const struct cmd *cmd;
	const struct cmd_change_options *options;
	struct change *transaction; /* NULL: a dry run, or of a draft */
	struct draft *draft;	    /* NULL: a dry run, or of what is live */
	struct release_view view;   /* of a dry run */
	struct store *store;	    /* NULL: a dry run, and no release yet */
	uint64_t live, rows, rules; /* as change_live() and so on; of a draft
				     * its rows and rules */
	uint64_t made;		    /* the release that is live by it, or 0 */
	bool drafted;		    /* the draft is changed by it */
	bool fresh;		    /* there was no such draft before */
	bool purges;		    /* a draft goes with it: at the end */
	bool behind;		    /* it may not survive a power failure */
	const char *format; /* of the file that it comes from, or NULL */
	bool trials_told;
	uint64_t trials; /* rules of the file that are on trial, if told */
	bool format_told;
};

/*
 * cmd_change_begin - take the lock and see what is live
 * @bulk: many rules will be written
 *
 * Refuses when another release than --if-release is live. Returns 0 or -errno
 * with error_set(); cmd_change_end() is called in either case.
 */
int cmd_change_begin(struct cmd_change *change, const struct cmd *cmd,
		     const struct cmd_change_options *options, bool bulk);

/* The same for a change of what must be there: no state directory is made. */
int cmd_change_begin_there(struct cmd_change *change, const struct cmd *cmd,
			   const struct cmd_change_options *options);

/* Commit the release, or an edit of the draft, which is sorted. note->message is
 * taken from the options. Return 0 or -errno with error_set(): nothing is
 * changed then. */
int cmd_change_commit(struct cmd_change *change, struct change_note *note);
int cmd_change_draft(struct cmd_change *change, const struct edit *edit,
		     struct change_note *note);

/* Whether one of them did. */
bool cmd_change_done(const struct cmd_change *change);

/* Say on standard output what was committed, but for the end of the line. */
void cmd_change_print(const struct cmd_change *change,
		      const struct change_note *note);

/* Add to what is said on standard output which format a file has, if there is
 * one, and how many of its rules are on trial, if that was asked for. */
void cmd_change_format(struct cmd_change *change);

/* Say on standard output that no release was needed. */
void cmd_change_none(struct cmd_change *change);

/*
 * cmd_change_end - the one way out of a change
 * @err: 0, or -errno with error_set(), which is printed
 *
 * Ends the line of cmd_change_print(), gives up the lock, waits for who serves,
 * and does what may wait until all is said. Returns the command's exit code:
 * that of a change that is live is CMD_OK or CMD_BEHIND, whatever becomes of
 * the output.
 */
int cmd_change_end(struct cmd_change *change, int err);

#endif
