// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "fold.h"
#include "format_apache_giving.h"
#include "format_apache_order.h"
#include "format_apache_tell.h"
#include "format_pattern_meet.h"
#include "format_read.h"
#include "regex_overlap.h"
#include "rule_pattern.h"

enum {
	KEPT = 4096,	 /* patterns that later rules are compared with */
	LOOKS = 20000000 /* prefixes that they are compared with */
};

/* A path as sources have it. */
static void path_write(char *to, size_t size,
		       const struct format_region *region)
{
	snprintf(to, size, "%s%s", region->path,
		 region->kind == FORMAT_REGION_PREFIX ? "*" : "");
}

/* Say that rules ask a source before one that Apache asks before it. */
static void order_tell(struct apache_giving *giving, unsigned long at,
		       const struct format_region *region,
		       const struct format_region *earlier,
		       unsigned long earlier_at)
{
	struct places_name place;

	apache_differs(giving, at, "order",
		       "%s%s%s comes before %s%s, which is on %s", region->host,
		       region->path,
		       region->kind == FORMAT_REGION_PREFIX ? "*" : "",
		       earlier->path,
		       earlier->kind == FORMAT_REGION_PREFIX ? "*" : "",
		       places_name(&place, &giving->read->places, earlier_at));
}

/* Whether two paths are alike up to a capture, or the end of one. */
static bool heads_alike(const char *a, const char *b)
{
	while (*a && *b && !strchr("{*", *a) && !strchr("{*", *b))
		if (fold_byte(*a++, true) != fold_byte(*b++, true))
			return false;
	return true;
}

/* Whether a later region is asked before an earlier one that it meets, neither
 * of them within the other. */
static bool turned(const struct format_region *region,
		   const struct format_region *earlier)
{
	char path[LIMIT_LINE], other[LIMIT_LINE];
	struct rule_pattern one, two;
	struct format_region both;
	bool unsure = false;

	if (!heads_alike(region->path, earlier->path) ||
	    !(region->schemes & earlier->schemes) ||
	    (!format_host_within(region->host, earlier->host) &&
	     !format_host_within(earlier->host, region->host)) ||
	    format_region_meet(&both, region, earlier, &unsure))
		return false;
	path_write(path, sizeof(path), region);
	path_write(other, sizeof(other), earlier);
	if (!regex_meet(path, other, region->fold || earlier->fold) ||
	    !regex_first(path, other))
		return false;
	rule_pattern_of(&one, path, strlen(path), region->fold);
	rule_pattern_of(&two, other, strlen(other), earlier->fold);
	return format_pattern_meet(&one, &two);
}

/* Of the prefixes of a pattern's host. */
static void prefixes_look(struct apache_giving *giving, unsigned long at,
			  const struct format_region *region)
{
	const struct format_first *first = &giving->first;
	uint32_t host =
		format_first_host(first, region->host, strlen(region->host));
	uint32_t key =
		host == FORMAT_FIRST_NONE ? host : first->hosts[host].keys;

	for (; key != FORMAT_FIRST_NONE; key = first->keys[key].next) {
		const struct format_first_key *of = &first->keys[key];
		struct format_region earlier = format_first_region(first, of);
		uint32_t entry = of->first[0] < of->first[1] ? of->first[0]
							     : of->first[1];

		giving->looks++;
		if (of->kind != FORMAT_REGION_PREFIX ||
		    entry == FORMAT_FIRST_NONE || !turned(region, &earlier))
			continue;
		order_tell(giving, at, region, &earlier,
			   first->entries[entry].at);
		break;
	}
}

/* Say where rules would ask this one before an earlier one. */
int apache_order(struct apache_giving *giving, unsigned long at,
		 const struct format_region *region)
{
	bool pattern = region->kind == FORMAT_REGION_PATTERN;
	size_t i;

	if (pattern && giving->looks < LOOKS)
		prefixes_look(giving, at, region);
	if (!pattern && region->kind != FORMAT_REGION_PREFIX)
		return 0;
	for (i = 0; i < giving->pattern_count; i++) {
		struct apache_pattern *earlier = &giving->patterns[i];

		if (earlier->at == at || !turned(region, &earlier->region))
			continue;
		order_tell(giving, at, region, &earlier->region, earlier->at);
		break;
	}
	if (!pattern || giving->pattern_count == KEPT)
		return 0;
	if (array_grow(&giving->patterns, &giving->pattern_room,
		       giving->pattern_count + 1, sizeof(*giving->patterns)))
		return error_sys(-ENOMEM, "cannot read the file");
	giving->patterns[giving->pattern_count++] =
		(struct apache_pattern){at, *region};
	return 0;
}
