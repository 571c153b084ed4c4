// SPDX-License-Identifier: BSD-2-Clause
#include "rule.h"
#include "source_live.h"
#include "store_rule.h"

int source_live_find(struct source_live *live, const char *source,
		     enum rule_scheme scheme)
{
	struct rule rule;
	int err;

	ruleset_clear(&live->found);
	if (!live->store)
		return 0;
	err = store_scan_source(&live->scan, live->store, live->rows, source);
	while (!err && (err = store_scan_next(live->scan, &rule)) > 0)
		err = !scheme || rule.scheme == scheme
			      ? ruleset_add(&live->found, &rule, 0)
			      : 0;
	return err;
}

void source_live_end(struct source_live *live)
{
	store_scan_close(live->scan);
	ruleset_free(&live->found);
	*live = (struct source_live){0};
}
