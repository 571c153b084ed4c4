/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_NEWER_H
#define CMD_NEWER_H

struct cmd_change;
struct draft_clash;
struct store_draft;

/*
 * cmd_newer_check - whether a draft began from the rules that are live
 *
 * Else the releases since, and what the draft does, are said on stderr. Returns
 * 0, -ESTALE with error_set(), or another -errno.
 */
int cmd_newer_check(const struct cmd_change *change,
		    const struct store_draft *draft);

/* Say on stderr where live and the draft both changed a rule. */
void cmd_newer_clash(const struct draft_clash *clash);

#endif
