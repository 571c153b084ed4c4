/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ADVISE_COMMAND_H
#define ADVISE_COMMAND_H

struct cmd;
struct rule;

/* The command line that changes a rule as advise_change() (advise.h) says, for a
 * shell: of the draft (NULL: of what is live) and state directory that cmd looks
 * at. Returns a text to be freed, or NULL without memory. */
char *advise_command(const struct rule *rule, const struct cmd *cmd,
		     const char *draft);

#endif
