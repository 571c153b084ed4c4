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
 * @source: in the normal form of a source without case=ignore
 * @scheme: the one that is for it alone; any: all
 *
 * Returns 0 or -errno with error_set().
 */
int source_live_find(struct source_live *live, const char *source,
		     enum rule_scheme scheme);

void source_live_end(struct source_live *live);

#endif
