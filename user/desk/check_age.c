// SPDX-License-Identifier: BSD-2-Clause
#include "check.h"
#include "check_age.h"
#include "rule.h"
#include "rule_code.h"

enum { DAY = 24 * 60 * 60, LONG = 30 * DAY };

static void age_tell(const struct check *check,
		     const struct ruleset_entry *entry, const struct rule *rule,
		     unsigned int code, uint32_t max_age)
{
	struct warning warning = check_about("max-age", entry, rule);

	warnings_add(
		check->warnings, &warning,
		"%s: clients keep its %s for %u days (max-age=%u) and do not ask again",
		warning.source, rule_code(code)->text, max_age / DAY, max_age);
}

int check_age(const struct check *check)
{
	const struct ruleset_entry *entry = check->set->entries;
	const struct ruleset_entry *end = entry + check->set->count;
	struct rule rule;

	for (; entry < end; entry++) {
		bool now = entry->max_age > LONG &&
			   rule_code_permanent(entry->code);

		if (!now && !entry->more)
			continue;
		ruleset_get(entry, &rule);
		if (now)
			age_tell(check, entry, &rule, rule.code, rule.max_age);
		else if (rule.final.code && rule.final.max_age > LONG)
			age_tell(check, entry, &rule, rule.final.code,
				 rule.final.max_age);
	}
	return 0;
}
