/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_DRAFT_LIST_H
#define CMD_DRAFT_LIST_H

#include <stdbool.h>

struct cmd;

/* Print the drafts, by name. Returns 0 or -errno with error_set(). */
int cmd_draft_list(const struct cmd *cmd, bool json);

#endif
