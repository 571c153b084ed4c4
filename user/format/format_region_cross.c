// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "format_region_cross.h"
#include "limit.h"

/* What is left of a pattern from a place that the prefix ends at. */
static void rest_give(const struct format_region *pattern, size_t at,
		      const struct format_region *prefix, format_region_fn *fn,
		      void *arg)
{
	static __thread char path[2 * LIMIT_PATH + 2];
	struct format_region region = *pattern;
	size_t len = strlen(prefix->path);

	memcpy(path, prefix->path, len);
	strcpy(path + len, pattern->path + at);
	region.path = path;
	region.kind = strchr(pattern->path + at, '{') ? FORMAT_REGION_PATTERN
						      : FORMAT_REGION_EXACT;
	len = strlen(path);
	if (region.kind == FORMAT_REGION_EXACT && path[len - 1] == '*') {
		path[len - 1] = '\0';
		region.kind = FORMAT_REGION_PREFIX;
	}
	fn(arg, &region);
}

bool format_region_cross(const struct format_region *pattern,
			 const struct format_region *prefix,
			 format_region_fn *fn, void *arg)
{
	static __thread bool at[LIMIT_PATH + 2];
	size_t len = strlen(pattern->path), i;
	bool any = false;

	if (pattern->fold != prefix->fold ||
	    pattern->kind != FORMAT_REGION_PATTERN || len > LIMIT_PATH ||
	    strlen(prefix->path) > LIMIT_PATH ||
	    format_region_within(pattern, prefix))
		return false;
	format_region_places(pattern->path, pattern->fold, prefix->path,
			     strlen(prefix->path), at);
	/* a final '*' that is reached has all of the prefix */
	if (len && pattern->path[len - 1] == '*' && at[len - 1])
		return false;
	for (i = 0; i <= len; i++) {
		any |= at[i];
		if (at[i] && fn)
			rest_give(pattern, i, prefix, fn, arg);
	}
	return any;
}
