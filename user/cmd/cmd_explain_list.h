/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_EXPLAIN_LIST_H
#define CMD_EXPLAIN_LIST_H

#include <stdbool.h>

struct cmd;
struct map;

/* The part of "explain -": a line for each URL of standard input. Returns an exit
 * code: CMD_FAILED also if no rule matches one of them. */
int cmd_explain_list(const struct cmd *cmd, const struct map *map,
		     const char *method, bool json);

#endif
