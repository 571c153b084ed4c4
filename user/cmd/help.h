/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HELP_H
#define HELP_H

struct cmd_about;

/* Print the overview, the help of one command, or the version, on standard
 * output. Exit codes. */
int help_print(void);
int help_command(const struct cmd_about *about);
int help_version(void);

/* The commit that the program was built from, or "unknown". */
const char *help_commit(void);

#endif
