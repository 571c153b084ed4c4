// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "edit.h"
#include "error.h"
#include "rule.h"
#include "rule_beside.h"
#include "rule_code.h"
#include "rule_line.h"
#include "rule_source.h"
#include "source_check.h"
#include "source_other.h"
#include "store_scan.h"

struct check {
	const struct edit *edit;
	struct store *store;
	uint64_t rows;
	struct store_scan *scan;
};

static int pair_check(const struct rule *rule, const struct rule *other)
{
	const char *why = rule_beside(rule, other);
	struct rule_keys_text keys;

	if (!why)
		return 0;
	return error_set(-EEXIST, "%s is there already (%s %s%s): %s",
			 rule_written(rule), other->target,
			 rule_code(other->code)->text,
			 rule_keys_text(&keys, other), why);
}

/* The live ones that stay, with a stored source and this case=. */
static int live_check(struct check *check, const struct rule *rule,
		      const char *stored, bool fold)
{
	struct rule live;
	int err;

	if (!check->store)
		return 0;
	err = store_scan_source(&check->scan, check->store, check->rows,
				stored);
	while (!err && (err = store_scan_next(check->scan, &live)) > 0) {
		err = 0;
		if (live.fold == fold &&
		    !ruleset_find(&check->edit->gone, &live) &&
		    (fold == rule->fold || source_other_is(rule, &live)))
			err = pair_check(rule, &live);
	}
	return err;
}

/* Those of the SOURCE with the other case=. */
static int other_check(struct check *check, const struct rule *rule)
{
	const struct ruleset_entry *entry;
	char stored[RULE_SOURCE_SIZE];
	struct rule other;

	if (source_other_store(stored, rule) < 0)
		return 0;
	entry = source_other_find(&check->edit->rules, rule);
	if (entry) {
		ruleset_get(entry, &other);
		return pair_check(rule, &other);
	}
	return live_check(check, rule, stored, !rule->fold);
}

/* The one that comes, too, behind it in the order. */
static int next_check(const struct check *check, size_t i,
		      const struct rule *rule)
{
	const struct ruleset *rules = &check->edit->rules;
	struct rule next;

	if (i + 1 == rules->count)
		return 0;
	ruleset_get(&rules->entries[i + 1], &next);
	if (strcmp(next.source, rule->source) || next.fold != rule->fold)
		return 0;
	return pair_check(rule, &next);
}

int source_check(const struct edit *edit, struct store *store, uint64_t rows)
{
	struct check check = {edit, store, rows, NULL};
	struct rule rule;
	int err = 0;
	size_t i;

	for (i = 0; i < edit->rules.count && !err; i++) {
		ruleset_get(&edit->rules.entries[i], &rule);
		err = next_check(&check, i, &rule);
		if (!err)
			err = live_check(&check, &rule, rule.source, rule.fold);
		if (!err)
			err = other_check(&check, &rule);
	}
	store_scan_close(check.scan);
	return err;
}
