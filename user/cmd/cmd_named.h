/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_NAMED_H
#define CMD_NAMED_H

struct cmd;
struct cmd_supply;
struct rules_named;

/*
 * cmd_named_open - open a set of rules by its name (rules_named.h)
 * @named: all zero but for partial; rules_named_close() in either case
 * @supply: what files do not say themselves
 *
 * What import would refuse of a file is said on stderr. Returns 0 or -errno
 * with error_set().
 */
int cmd_named_open(const struct cmd *cmd, struct rules_named *named,
		   const char *name, const struct cmd_supply *supply);

#endif
