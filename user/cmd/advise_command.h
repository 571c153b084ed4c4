/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ADVISE_COMMAND_H
#define ADVISE_COMMAND_H

struct advise;
struct cmd;
struct rule;

/* The command line that changes a rule as advise_change() (advise.h) says, for a
 * shell: of the draft (NULL: of what is live) and state directory that cmd looks
 * at. Returns a text to be freed, or NULL without memory. */
char *advise_command(const struct rule *rule, const struct cmd *cmd,
		     const char *draft);

/* One command in place of those of all rules that are advised: promote by a tag
 * that they all have, where that does to no other rule of the tag what is not
 * advised. The caller frees it. NULL where there is none. */
char *advise_command_all(const struct advise *advise, const struct cmd *cmd,
			 const char *draft);

#endif
