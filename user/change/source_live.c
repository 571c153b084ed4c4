// SPDX-License-Identifier: BSD-2-Clause
#include "rule.h"
#include "rule_source.h"
#include "source_live.h"
#include "store_scan.h"

/* Add the rules of one stored source with and without case=ignore. *there: one
 * is there, perhaps for the other scheme. */
static int stored_find(struct source_live *live, const char *stored, bool fold,
		       enum rule_scheme scheme, bool *there)
{
	struct rule rule;
	int err =
		store_scan_source(&live->scan, live->store, live->rows, stored);

	*there = false;
	while (!err && (err = store_scan_next(live->scan, &rule)) > 0) {
		err = 0;
		if (rule.fold != fold)
			continue;
		*there = true;
		if (!scheme || rule.scheme == scheme)
			err = ruleset_add(&live->found, &rule, 0);
	}
	return err;
}

int source_live_find(struct source_live *live, const char *source,
		     enum rule_scheme scheme)
{
	char stored[RULE_SOURCE_SIZE];
	bool there = false;
	int err = 0, fold;

	ruleset_clear(&live->found);
	for (fold = 0; fold < 2 && live->store && !err && !there; fold++)
		if (rule_source_store(stored, source, fold) >= 0)
			err = stored_find(live, stored, fold, scheme, &there);
	return err;
}

void source_live_end(struct source_live *live)
{
	store_scan_close(live->scan);
	ruleset_free(&live->found);
	*live = (struct source_live){0};
}
