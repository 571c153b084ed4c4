/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include <stdbool.h>

struct cmd;
struct option;

/* Take in an option by its value in the table, with its argument in optarg.
 * Returns CMD_OK; another exit code after a message; or -EINVAL with
 * error_set(), which becomes the message "--NAME: ...". */
typedef int cmd_take_fn(const struct cmd *cmd, int option, void *arg);

/*
 * cmd_options - take in all options
 * @longs: a table of getopt_long() without short forms; values from CMD_OPTION
 *         on
 *
 * A name may be cut as long as no other option begins so. Of an option that comes
 * again the last value counts, but for those that come once (cmd.h). With -h or
 * --help it prints the command's help and ends the program, which so far has done
 * nothing. Returns CMD_OK, with the other arguments from optind on, or the exit
 * code with which the command ends.
 */
int cmd_options(const struct cmd *cmd, int argc, char **argv,
		const struct option *longs, cmd_take_fn *take, void *arg);
enum { CMD_OPTION = 256 };

/* The same for a command that has --json alone, and no other arguments. */
int cmd_options_json(const struct cmd *cmd, int argc, char **argv, bool *json);

#endif
