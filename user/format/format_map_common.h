/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_MAP_COMMON_H
#define FORMAT_MAP_COMMON_H

#include <stdbool.h>
#include <stdint.h>

struct rule;

/* What all rules of a map of nginx or HAProxy have in common: what the first
 * one has. */
struct format_map_common {
	bool known;
	bool drop, any; /* query=drop; for any host */
	uint16_t code;
};

/* For look(): why a rule cannot stand in a map with the first one, with its
 * kind; NULL: it can, or is the first one. */
const char *format_map_unlike(struct format_map_common *common,
			      const struct rule *rule, const char **kind);

#endif
