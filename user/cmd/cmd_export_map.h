/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_EXPORT_MAP_H
#define CMD_EXPORT_MAP_H

#include <stdbool.h>

struct cmd;
struct format_write;

/*
 * The part of "export --map": rules out of a map file, without the store
 * @file: NULL: the map that is live
 * @code: receives CMD_FAILED where a part of the rules cannot be had, behind
 *        the others
 *
 * Returns as format_write().
 */
int cmd_export_map(const struct cmd *cmd, const char *file,
		   struct format_write *write, bool partial, int *code);

#endif
