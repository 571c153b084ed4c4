/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_RANGE_H
#define RULE_RANGE_H

#include "rule.h"

/*
 * The order of sources, by their bytes: those of a host stand together, and
 * nothing is between a source and the source with a byte below all of its own
 * behind it.
 */

/* The sources from <= SOURCE < until. */
struct rule_range {
	char from[RULE_SOURCE_SIZE + 2];
	char until[RULE_SOURCE_SIZE + 2];
};

/* Above all sources. */
#define RULE_RANGE_END "\x7f"

/* One source alone, and all of a host, which is as a rule has it. Return 0, or
 * -ENAMETOOLONG with error_set() for what no rule can have. */
int rule_range_source(struct rule_range *range, const char *source);
int rule_range_host(struct rule_range *range, const char *host);

/* The order of the sources of two hosts: below, above or 0. */
int rule_range_compare(const char *host, const char *other);

#endif
