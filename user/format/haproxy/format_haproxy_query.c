// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "format_haproxy_model.h"
#include "format_haproxy_query.h"
#include "format_haproxy_tell.h"
#include "format_pairs.h"
#include "format_text.h"

static int region_add(struct haproxy *haproxy, struct haproxy_set *set,
		      const struct format_text *text, bool pairs, bool fold)
{
	struct format_region region = format_region_all;

	region.path = format_pool_text(&haproxy->pool, text->text, text->len);
	region.kind = pairs ? FORMAT_REGION_PAIRS : FORMAT_REGION_QUERY;
	region.fold = fold;
	return region.path ? haproxy_set_add(haproxy, set, &region) : -ENOMEM;
}

int haproxy_query(struct haproxy *haproxy, struct haproxy_set *set,
		  const struct haproxy_test *test, const char *pattern,
		  unsigned long at)
{
	static __thread struct format_text text;
	const struct haproxy_expr *expr = test->expr;
	bool pairs = expr->fetch == HAPROXY_PARAM;

	if (test->match != HAPROXY_STR || expr->decoded) {
		set->why = "a part of a query";
		return 0;
	}
	haproxy_tell(haproxy, HAPROXY_TOLD_FORM, at);
	/* no pair has such a value, and no query */
	if (strpbrk(pattern, pairs ? "&;# \t" : "# \t") || !*pattern)
		return 0;
	format_text_begin(&text);
	format_text_raw(&text, "?", 1);
	if (pairs) {
		haproxy_tell(haproxy, HAPROXY_TOLD_PAIRS, at);
		format_text_url(&text, expr->name, strlen(expr->name));
		format_text_raw(&text, "=", 1);
	}
	format_text_url(&text, pattern, strlen(pattern));
	if (pairs)
		format_text_raw(&text, "&*", 2);
	return region_add(haproxy, set, &text, pairs,
			  test->fold || expr->lower);
}

bool haproxy_query_is(const struct haproxy_set *set)
{
	return set->count && *set->regions->path == '?';
}

/* Whether it is compared with case, and has some. */
static bool has_case(const struct format_region *region)
{
	const char *c;

	for (c = region->path; !region->fold && *c; c++)
		if (isalpha((unsigned char)*c))
			return true;
	return false;
}

int haproxy_query_meet(struct haproxy *haproxy, struct format_region *both,
		       const struct format_region *region,
		       const struct format_region *query, unsigned long at)
{
	size_t path = strcspn(region->path, "?"), len = strlen(query->path);
	char *made;

	if (!(region->schemes & query->schemes))
		return 0;
	if (region->kind == FORMAT_REGION_PREFIX ||
	    region->kind == FORMAT_REGION_PATTERN)
		return -ENOTSUP;
	*both = *region;
	both->schemes &= query->schemes;
	if (region->kind == FORMAT_REGION_QUERY)
		return format_pairs_within(region->path + path, query->path,
					   query->fold);
	if (region->kind == FORMAT_REGION_PAIRS &&
	    query->kind == FORMAT_REGION_QUERY) {
		if (!format_pairs_within(query->path, region->path + path,
					 region->fold))
			return 0;
		region = NULL;
	}
	made = format_pool_take(&haproxy->pool, strlen(both->path) + len + 2);
	if (!made)
		return -ENOMEM;
	memcpy(made, both->path, path);
	if (region && region->kind == FORMAT_REGION_PAIRS)
		format_pairs_join(made + path, both->path + path, query->path);
	else
		memcpy(made + path, query->path, len + 1);
	if (both->fold != query->fold && (has_case(both) || has_case(query)))
		haproxy_tell(haproxy, HAPROXY_TOLD_PAIRS_CASE, at);
	both->path = made;
	both->kind = query->kind;
	both->fold |= query->fold;
	return 1;
}
