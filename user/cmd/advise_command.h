/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ADVISE_COMMAND_H
#define ADVISE_COMMAND_H

struct rule;

/* The command line that changes a rule as advise_change() (advise.h) says, for a
 * shell. Returns a text to be freed, or NULL without memory. */
char *advise_command(const struct rule *rule);

#endif
