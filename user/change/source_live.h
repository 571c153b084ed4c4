/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SOURCE_LIVE_H
#define SOURCE_LIVE_H

#include <stdint.h>

#include "rule_scheme.h"
#include "ruleset.h"

struct store;
struct store_scan;

/* The live rules that a SOURCE means. All zero but for the first two. */
struct source_live {
	struct store *store; /* NULL: there are none */
	uint64_t rows;	     /* as store_rows() gives it */
	struct store_scan *scan;
	struct ruleset found; /* in order */
};

/*
 * source_live_find - find them
 * @source: as it is written, in normal form (rule_source.h)
 * @scheme: the one that is for it alone; any: all
 *
 * A rule with case=ignore is found by every spelling that no other rule has.
 * Returns 0 or -errno with error_set().
 */
int source_live_find(struct source_live *live, const char *source,
		     enum rule_scheme scheme);

/* Free all; accepts one that has found nothing. */
void source_live_end(struct source_live *live);

#endif
