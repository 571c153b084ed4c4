/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef COMMAND_H
#define COMMAND_H

struct cmd_about;

/* The commands, in the order of the overview. */
struct command_group {
	const char *title;
	const struct cmd_about *const *commands; /* ends with NULL */
};

extern const struct command_group command_groups[]; /* title NULL: the end */

/* The command of that name or alias, or NULL. */
const struct cmd_about *command_find(const char *name);

/* What was meant by a word that names none, or NULL. */
const char *command_suggest(const char *word);

#endif
