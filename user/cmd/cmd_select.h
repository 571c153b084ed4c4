/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_SELECT_H
#define CMD_SELECT_H

#include <stdbool.h>

#include "filter.h"
#include "line_errors.h"
#include "ruleset.h"

struct cmd;
struct cmd_change;
struct rule;

/* Which live rules a command is for: those of SOURCEs, or of standard input's,
 * or those that a filter lets through. All zero is all of them. */
struct cmd_select {
	bool standard;		   /* sources come from standard input */
	struct ruleset wanted;	   /* by source */
	struct filter filter;	   /* or these; of which scheme */
	struct line_errors errors; /* of standard input's lines */
	unsigned long missing;	   /* sources without a rule */
	bool hints;		   /* name --host where one may be meant */
};

/* The values of their options, beyond those of the commands. */
enum {
	CMD_SELECT_TAG = 4000,
	CMD_SELECT_HOST,
	CMD_SELECT_SCHEME,
};

/* Their entries in a table for getopt_long(). */
#define CMD_SELECT_LONGS                                             \
	{"tag", required_argument, NULL, CMD_SELECT_TAG},            \
		{"host", required_argument, NULL, CMD_SELECT_HOST},  \
	{                                                            \
		"scheme", required_argument, NULL, CMD_SELECT_SCHEME \
	}

/* Their help. */
#define CMD_SELECT_HELP                                                      \
	"  --tag TAG           all rules with this tag, or any of several\n" \
	"  --host HOST         all rules of this host, or any of several\n"  \
	"  --scheme SCHEME     only rules that are for http or https alone\n"

/* Take in one of them, as a cmd_take_fn (cmd_options.h) does. */
int cmd_select_take(const struct cmd *cmd, int option,
		    struct cmd_select *select);

/* Take in the arguments from optind on: SOURCEs, or "-" for standard input's.
 * Returns CMD_OK, or another exit code after a message. */
int cmd_select_args(struct cmd_select *select, const struct cmd *cmd, int argc,
		    char **argv);

/* Read standard input, if that is wanted. What is wrong with its lines is kept
 * for cmd_select_end(). Returns 0 or -errno with error_set(). */
int cmd_select_read(struct cmd_select *select);

/* Whether something is selected by SOURCEs, tag or host. */
bool cmd_select_given(const struct cmd_select *select);

/*
 * cmd_select_each - call fn for each of the rules, none twice
 *
 * Sources that have none are told, or kept for cmd_select_end(), and counted.
 * What fn returns if not 0 ends it and is returned. Returns 0 or -errno with
 * error_set().
 */
int cmd_select_each(struct cmd_select *select, const struct cmd_change *change,
		    int (*fn)(const struct rule *rule, void *arg), void *arg);

/* Whether a source or line was bad, so that nothing may be changed. */
bool cmd_select_failed(const struct cmd_select *select);

/*
 * cmd_select_text - the command for the log, to be freed
 * @name: of the command, with its other options
 * @done: the rules that it changes, sorted, of which the first is named where
 *        SOURCEs were given
 *
 * Returns 0 or -errno with error_set().
 */
int cmd_select_text(const struct cmd_select *select, char **text,
		    const char *name, const struct ruleset *done);

/* Print what is wrong with standard input's lines. Returns code, or CMD_FAILED
 * after cmd_select_failed(). */
int cmd_select_end(const struct cmd_select *select, int code);

/* Accepts one that is all zero. */
void cmd_select_free(struct cmd_select *select);

#endif
