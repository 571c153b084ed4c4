/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SHELL_H
#define SHELL_H

#include <stdio.h>

struct cmd;

/* Print a word of a command line, in quotes if it has what a shell may not take
 * for itself. */
void shell_word(FILE *out, const char *word);

/* Print the options that have a command which is to be pasted do what it does to
 * the same rules: those of a draft (NULL: of what is live), in the state directory
 * that --state named. Each has a blank before it. */
void shell_same(FILE *out, const struct cmd *cmd, const char *draft);

#endif
