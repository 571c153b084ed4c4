// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>

#include "check.h"
#include "rule.h"

const char *check_where(struct check_where *where, const struct check *check,
			const struct ruleset_entry *other)
{
	struct places_name name;

	if (!other)
		return ", which is live,";
	if (!other->line)
		return "";
	snprintf(where->text, sizeof(where->text), " on %s",
		 places_name(&name, check->warnings->places, other->line));
	return where->text;
}

struct warning check_about(const char *kind, const struct ruleset_entry *entry,
			   const struct rule *rule)
{
	return (struct warning){
		.kind = kind,
		.source = rule_written(rule),
		.target = rule->target,
		.at = entry->line,
	};
}
