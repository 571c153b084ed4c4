/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_CHANGE_H
#define CMD_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "release_view.h"

struct cmd;
struct option;
struct release;
struct release_note;
struct store;

/* The options that all changing commands have. */
struct change_options {
	const char *message; /* --message; NULL: none */
	uint64_t if_release; /* --if-release, or CHANGE_ANY */
	uint64_t wait_ms;    /* --wait: for servers to follow; 0: not at all */
	bool force;	     /* --force: though a server cannot follow */
	bool dry_run;	     /* --dry-run, of the commands that have it */
};

#define CHANGE_ANY UINT64_MAX
enum { CHANGE_WAIT_MS = 1000, CHANGE_WAIT_MAX_MS = 86400 * 1000 };

/* Values of their options, beyond those of the commands. */
enum {
	CHANGE_MESSAGE = 1000,
	CHANGE_IF_RELEASE,
	CHANGE_WAIT,
	CHANGE_FORCE,
	CHANGE_DRY_RUN,
};

/* The first entries of a changing command's table for getopt_long(). */
#define CHANGE_LONGS                                                        \
	{"message", required_argument, NULL, CHANGE_MESSAGE},               \
		{"if-release", required_argument, NULL, CHANGE_IF_RELEASE}, \
		{"wait", required_argument, NULL, CHANGE_WAIT},             \
	{                                                                   \
		"force", no_argument, NULL, CHANGE_FORCE                    \
	}

#define CHANGE_HELP_DRY_RUN \
	"  --dry-run           print what would change, change nothing\n"

/* Their help. */
#define CHANGE_HELP                                                            \
	"  --message TEXT      for the log\n"                                  \
	"  --if-release N      refuse unless release N is live (0: none)\n"    \
	"  --wait S            for servers to follow, 1 second if not given\n" \
	"  --force             though a running server cannot follow\n"

#define CHANGE_OPTIONS_INIT                                         \
	{                                                           \
		.if_release = CHANGE_ANY, .wait_ms = CHANGE_WAIT_MS \
	}

/*
 * change_option - the next option that is the command's own
 * @longs: begins with CHANGE_LONGS; may have CHANGE_DRY_RUN
 *
 * Takes in those of struct change_options. Returns as cmd_option(), '?' after
 * a message also for a bad value of theirs.
 */
int change_option(struct change_options *options, const struct cmd *cmd,
		  int argc, char **argv, const struct option *longs);

/* One change: from change_begin() to change_end() the lock is held; a dry run
 * looks without it. */
struct change {
	const struct cmd *cmd;
	const struct change_options *options;
	struct release *release;    /* NULL: a dry run */
	struct view view;	    /* of a dry run */
	struct store *store;	    /* NULL: a dry run, and no release yet */
	uint64_t live, base, rules; /* as release_live() and so on */
	uint64_t made;		    /* the release that is live by it, or 0 */
	bool behind;		    /* the fast path has the one before */
};

/*
 * change_begin - take the lock and see what is live
 * @bulk: many rules will be written
 *
 * Refuses when another release than --if-release is live. Returns 0 or -errno
 * with error_set(); change_end() is called in either case.
 */
int change_begin(struct change *change, const struct cmd *cmd,
		 const struct change_options *options, bool bulk);

/* The same for a change of what must be there: no state directory is made. */
int change_begin_there(struct change *change, const struct cmd *cmd,
		       const struct change_options *options);

/* Refuse when another release is live than --if-release says; for commands that
 * make none. store may be NULL. Returns 0 or -errno with error_set(). */
int change_check(const struct change_options *options, struct store *store,
		 uint64_t live);

/* Commit the release. note->message is taken from the options. Returns 0 or
 * -errno with error_set(): nothing is changed then. */
int change_commit(struct change *change, struct release_note *note);

/* Say on standard output what was committed, but for the end of the line. */
void change_print(const struct change *change, const struct release_note *note);

/* Say on standard output that no release was needed. */
void change_none(const struct change *change);

/*
 * change_end - the one way out of a change
 * @err: 0, or -errno with error_set(), which is printed
 *
 * Ends the line of change_print(), gives up the lock, waits for who serves, and
 * does what may wait until all is said. Returns the command's exit code: that of
 * a change that is live is CMD_OK or CMD_BEHIND, whatever becomes of the
 * output.
 */
int change_end(struct change *change, int err);

#endif
