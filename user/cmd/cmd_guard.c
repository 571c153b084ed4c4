// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>

#include "cmd.h"
#include "cmd_guard.h"
#include "error.h"

enum { REMOVED_FEW = 100 }; /* of so few rules more than half may go */

int cmd_guard_take(const struct cmd *cmd, int option, struct cmd_guard *guard)
{
	if (option == CMD_GUARD_ALLOW_EMPTY)
		guard->allow_empty = true;
	else if (option == CMD_GUARD_LARGE)
		guard->large = true;
	else if (cmd_number(optarg, 0, INT64_MAX, &guard->max_removed))
		return cmd_usage(cmd, "--max-removed: '%s' is no number",
				 optarg);
	return CMD_OK;
}

static int many_refuse(unsigned long long removed, uint64_t rules,
		       unsigned long long max, bool given)
{
	if (given)
		return error_set(
			-EPERM,
			"%llu of %" PRIu64
			" rules would be removed, more than --max-removed %llu",
			removed, rules, max);
	return error_set(
		-EPERM,
		"%llu of %" PRIu64
		" rules would be removed, more than half; --large lets it, or --max-removed %llu",
		removed, rules, removed);
}

int cmd_guard_check(const struct cmd_guard *guard, const char *what,
		    uint64_t left, unsigned long long removed, uint64_t rules)
{
	bool given = guard->max_removed != CMD_GUARD_HALF;
	unsigned long long max = guard->max_removed;

	if (!left && rules && !guard->allow_empty)
		return error_set(-EPERM,
				 "%s has no rules, so that none of %" PRIu64
				 " would be left; --allow-empty lets it",
				 what, rules);
	if (!given && rules >= REMOVED_FEW && !guard->large && left)
		max = rules / 2;
	return removed <= max ? 0 : many_refuse(removed, rules, max, given);
}
