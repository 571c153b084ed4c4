/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_BUILD_TEMPLATE_H
#define MAP_BUILD_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map_template;

/*
 * map_template_make - find out where the parts of a target's Location go
 * @target: as rules have it
 *
 * *flags gets MAP_RULE_REMAINDER and MAP_RULE_JOIN where they are due, and
 * MAP_RULE_TEMPLATE where the Location is more than a text, the remainder and
 * the query. 0, or -EINVAL where a host with '*' leaves no room for a name.
 */
int map_template_make(struct map_template *template, uint32_t *flags,
		      const char *target, size_t len);

/* Whether header lines may stand in an answer as they are: each with a colon, a
 * line end and no other control byte than a tab; LIMIT_HEADER_BYTES bytes. */
bool map_template_takes(const char *headers, size_t len);

#endif
