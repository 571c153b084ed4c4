/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_EXPORT_MAP_H
#define CMD_EXPORT_MAP_H

struct cmd;
struct rule;

/* How rules are written. Each call gets the same arg. */
struct cmd_export_format {
	const char *name;
	/* called for all rules before begin; may be NULL */
	int (*look)(const struct rule *rule, void *arg);
	void (*begin)(const void *arg); /* once before the first rule */
	int (*print)(const struct rule *rule, void *arg);
};

/*
 * The part of "export --map": rules out of a map file, without the store
 * @file: NULL: the map that is live
 *
 * Returns an exit code: CMD_FAILED also where a part of the rules cannot be
 * had, behind the others.
 */
int cmd_export_map(const struct cmd *cmd, const char *file,
		   const struct cmd_export_format *format, void *arg);

#endif
