// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>

#include "rule.h"
#include "rule_order.h"
#include "store_diff_scans.h"
#include "store_scan.h"

static int place_next(struct store_scan *scan, struct rule *rule, bool *there)
{
	int got = store_scan_next(scan, rule);

	*there = got > 0;
	return got < 0 ? got : 0;
}

/* Go through both side by side, in the order of rules. */
int store_diff_scans(struct store_scan *from, struct store_scan *to,
		     struct store_counts *counts)
{
	struct rule was, is;
	bool has_was, has_is;
	int order, err = place_next(from, &was, &has_was);

	if (!err)
		err = place_next(to, &is, &has_is);
	while (!err && (has_was || has_is)) {
		order = !has_was ? 1 : !has_is ? -1 : rule_order(&was, &is);
		counts->removed += order < 0;
		counts->added += order > 0;
		counts->changed += !order && !rule_equal(&was, &is);
		if (order <= 0)
			err = place_next(from, &was, &has_was);
		if (!err && order >= 0)
			err = place_next(to, &is, &has_is);
	}
	return err;
}
