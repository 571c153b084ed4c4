// SPDX-License-Identifier: BSD-2-Clause
#include <strings.h>

#include "check.h"
#include "check_downgrade.h"
#include "rule.h"
#include "rule_code.h"

static void rule_look(const struct check *check,
		      const struct ruleset_entry *entry)
{
	struct warning warning;
	struct rule rule;

	ruleset_get(entry, &rule);
	warning = check_about("downgrade", entry, &rule);
	warnings_add(check->warnings, &warning,
		     "%s leads what comes by https to plaintext%s: %s",
		     warning.source, rule.scheme ? "" : ", too", rule.target);
}

int check_downgrade(const struct check *check)
{
	const struct ruleset_entry *entry = check->set->entries;
	const struct ruleset_entry *end = entry + check->set->count;

	for (; entry < end; entry++)
		if (entry->scheme != RULE_SCHEME_HTTP &&
		    rule_code(entry->code)->target &&
		    !strncasecmp(entry->source + entry->source_len + 1,
				 "http://", 7))
			rule_look(check, entry);
	return 0;
}
