/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_EXPORT_MAP_H
#define CMD_EXPORT_MAP_H

struct cmd;
struct rule;

/*
 * The part of "export --map": rules out of a map file, without the store
 * @file:  NULL: the map that is live
 * @begin: called once before the first rule
 *
 * Returns an exit code: CMD_FAILED also where a part of the rules cannot be
 * had, behind the others.
 */
int cmd_export_map(const struct cmd *cmd, const char *file, void (*begin)(void),
		   int (*print)(const struct rule *rule, void *arg));

#endif
