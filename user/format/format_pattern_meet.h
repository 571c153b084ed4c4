/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_PATTERN_MEET_H
#define FORMAT_PATTERN_MEET_H

#include <stdbool.h>

struct rule_pattern;

/* Whether a pattern takes all paths that another one, or a path or prefix,
 * takes. */
bool format_pattern_takes(const struct rule_pattern *pattern,
			  const struct rule_pattern *other);

/* Whether there is a path that both take; true where that is hard to say. */
bool format_pattern_meet(const struct rule_pattern *a,
			 const struct rule_pattern *b);

#endif
