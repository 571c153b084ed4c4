/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_GUARD_H
#define CMD_GUARD_H

#include <stdbool.h>
#include <stdint.h>

struct cmd;

/* What keeps a whole rule set from taking the place of another by mistake, such
 * as the end of a broken pipeline. */
struct cmd_guard {
	bool allow_empty, large;
	unsigned long long max_removed; /* or CMD_GUARD_HALF */
};

#define CMD_GUARD_HALF UINT64_MAX
#define CMD_GUARD_INIT                        \
	{                                     \
		.max_removed = CMD_GUARD_HALF \
	}

/* The values of its options, and their entries for getopt_long(). */
enum {
	CMD_GUARD_ALLOW_EMPTY = 3000,
	CMD_GUARD_LARGE,
	CMD_GUARD_MAX_REMOVED,
};
#define CMD_GUARD_LONGS                                                       \
	{"allow-empty", no_argument, NULL, CMD_GUARD_ALLOW_EMPTY},            \
		{"large", no_argument, NULL, CMD_GUARD_LARGE},                \
	{                                                                     \
		"max-removed", required_argument, NULL, CMD_GUARD_MAX_REMOVED \
	}

/* Take in one of them: CMD_OK, or another exit code after a message. */
int cmd_guard_take(const struct cmd *cmd, int option, struct cmd_guard *guard);

/*
 * cmd_guard_check - whether rules may take the place of others
 * @what:    has them, as messages call it
 * @left:    how many they are
 * @removed: how many of the others go, of rules
 *
 * Refused is a set without rules, or with too few, in place of many. Whoever
 * allows the empty one need not allow that it is smaller, too. Returns 0, or
 * -EPERM with error_set().
 */
int cmd_guard_check(const struct cmd_guard *guard, const char *what,
		    uint64_t left, unsigned long long removed, uint64_t rules);

#endif
