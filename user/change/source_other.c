// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "rule.h"
#include "rule_order.h"
#include "ruleset.h"
#include "source_other.h"

int source_other_store(char *dst, const struct rule *rule)
{
	return rule_source_store(dst, rule_written(rule), !rule->fold);
}

bool source_other_is(const struct rule *a, const struct rule *b)
{
	const struct rule *fold = a->fold ? a : b, *exact = a->fold ? b : a;
	char stored[RULE_SOURCE_SIZE];

	return source_other_store(stored, fold) >= 0 &&
	       !strcmp(stored, exact->source);
}

struct ruleset_entry *source_other_find(const struct ruleset *set,
					const struct rule *rule)
{
	char stored[RULE_SOURCE_SIZE];
	struct rule other = {.source = stored, .fold = !rule->fold}, there;
	struct ruleset_entry *entry;
	int scheme;

	if (source_other_store(stored, rule) < 0)
		return NULL;
	for (scheme = 0; scheme < RULE_ORDER_FOLD; scheme++) {
		other.scheme = scheme;
		entry = ruleset_find(set, &other);
		if (!entry)
			continue;
		ruleset_get(entry, &there);
		if (source_other_is(rule, &there))
			return entry;
	}
	return NULL;
}
