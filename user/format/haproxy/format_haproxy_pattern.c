// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "format_haproxy_host.h"
#include "format_haproxy_model.h"
#include "format_haproxy_pattern.h"
#include "format_haproxy_query.h"
#include "format_haproxy_regex.h"
#include "format_haproxy_tell.h"
#include "format_read.h"
#include "format_text.h"

static bool has_upper(const char *text)
{
	for (; *text; text++)
		if (isupper((unsigned char)*text))
			return true;
	return false;
}

/* Add a region with a path that is as the sample has it. */
static int path_add(struct haproxy *haproxy, struct haproxy_set *set,
		    const struct haproxy_test *test,
		    struct format_region *region, const char *path)
{
	static __thread struct format_text text;

	format_text_begin(&text);
	if (test->expr->decoded)
		format_text_decoded(&text, path, strlen(path));
	else
		format_text_url(&text, path, strlen(path));
	region->path = format_pool_text(&haproxy->pool, text.text, text.len);
	region->fold = test->fold || test->expr->lower;
	if (!region->path)
		return -ENOMEM;
	return haproxy_set_add(haproxy, set, region);
}

/* A part of paths between slashes, at the path's beginning. */
static int path_dir(struct haproxy *haproxy, struct haproxy_set *set,
		    const struct haproxy_test *test, const char *pattern,
		    unsigned long at)
{
	struct format_region region = format_region_all;
	size_t len, start = strspn(pattern, "/");
	char *path;
	int err;

	pattern += start;
	for (len = strlen(pattern); len && pattern[len - 1] == '/';)
		len--;
	path = format_pool_take(&haproxy->pool, len + 3);
	if (!path)
		return -ENOMEM;
	if (!len)
		return 0;
	path[0] = '/';
	memcpy(path + 1, pattern, len);
	region.kind = FORMAT_REGION_EXACT;
	err = path_add(haproxy, set, test, &region, path);
	path[len + 1] = '/';
	region.kind = FORMAT_REGION_PREFIX;
	if (!err)
		err = path_add(haproxy, set, test, &region, path);
	format_differs(haproxy->read, at, "path",
		       "%s: HAProxy takes it deeper in paths, too", pattern);
	return err;
}

/* A path, or one with its query, and how much of it the sample is. */
static int path_part(struct haproxy *haproxy, struct haproxy_set *set,
		     const struct haproxy_test *test,
		     struct format_region *region, const char *path,
		     unsigned long at)
{
	bool query = strchr(path, '?') != NULL, url;
	size_t len = strlen(path);

	url = test->expr->fetch == HAPROXY_URL && !test->expr->decoded;
	haproxy_tell(haproxy, HAPROXY_TOLD_FORM, at);
	if (*path != '/' || (query && !url && !test->expr->decoded))
		return 0;
	region->kind = FORMAT_REGION_PREFIX;
	if (test->match == HAPROXY_STR)
		region->kind = query && url ? FORMAT_REGION_QUERY
					    : FORMAT_REGION_EXACT;
	else if (query && url)
		set->why = "the beginning of a query";
	if (test->match == HAPROXY_STR && url && !query)
		haproxy_tell(haproxy, HAPROXY_TOLD_QUERY, at);
	if (test->match == HAPROXY_BEG && len > 1 && path[len - 1] == '/' &&
	    !haproxy->first.slash)
		haproxy_tell(haproxy, HAPROXY_TOLD_SLASH, at);
	return set->why ? 0 : path_add(haproxy, set, test, region, path);
}

static int path_pattern(struct haproxy *haproxy, struct haproxy_set *set,
			const struct haproxy_test *test, const char *pattern,
			unsigned long at)
{
	struct format_region region = format_region_all;

	switch (test->match) {
	case HAPROXY_STR:
	case HAPROXY_BEG:
		return path_part(haproxy, set, test, &region, pattern, at);
	case HAPROXY_DIR:
		return path_dir(haproxy, set, test, pattern, at);
	case HAPROXY_REG:
		haproxy_tell(haproxy, HAPROXY_TOLD_FORM, at);
		return haproxy_regex_path(haproxy, set, test, pattern, at);
	default:
		break;
	}
	set->why = test->match == HAPROXY_END ? "the end of a path"
					      : "a part of a path";
	return 0;
}

/* Host and path in one. */
static int base_pattern(struct haproxy *haproxy, struct haproxy_set *set,
			const struct haproxy_test *test, const char *pattern,
			unsigned long at)
{
	struct format_region region = format_region_all;
	size_t host = strcspn(pattern, "/"), len = haproxy_host_len(pattern);

	if (test->match != HAPROXY_STR && test->match != HAPROXY_BEG) {
		set->why = "a part of host and path";
		return 0;
	}
	haproxy_tell(haproxy, HAPROXY_TOLD_PORT, at);
	if (!test->fold && !test->expr->lower)
		haproxy_tell(haproxy, HAPROXY_TOLD_HOST_CASE, at);
	if (len > host)
		len = host;
	if (!pattern[host] && test->match == HAPROXY_STR)
		return 0;
	if (!len || !host || (*pattern != '[' && len < host)) {
		format_cannot(haproxy->read, at, "port",
			      "%s: rules know of no ports", pattern);
		set->told = true;
		return 0;
	}
	if (!pattern[host] && test->match == HAPROXY_BEG)
		format_differs(
			haproxy->read, at, "host",
			"%s: HAProxy takes hosts that go on behind it, too",
			pattern);
	region.host = haproxy_host_make(haproxy, "", pattern, host);
	if (!region.host)
		return -ENOMEM;
	return path_part(haproxy, set, test, &region,
			 pattern[host] ? pattern + host : "/", at);
}

int haproxy_pattern(struct haproxy *haproxy, struct haproxy_set *set,
		    const struct haproxy_test *test, const char *pattern,
		    unsigned long at)
{
	const struct haproxy_expr *expr = test->expr;

	if (expr->subs) {
		set->why = "regsub() before it is compared";
		return 0;
	}
	/* what is in lower case equals no upper case */
	if (expr->lower && !test->fold && test->match != HAPROXY_REG &&
	    has_upper(pattern))
		return 0;
	switch (expr->fetch) {
	case HAPROXY_HOST:
		return haproxy_host(haproxy, set, test, pattern, at);
	case HAPROXY_PATH:
	case HAPROXY_URL:
		return path_pattern(haproxy, set, test, pattern, at);
	case HAPROXY_BASE:
		return base_pattern(haproxy, set, test, pattern, at);
	case HAPROXY_QUERY:
	case HAPROXY_PARAM:
		return haproxy_query(haproxy, set, test, pattern, at);
	default:
		break;
	}
	set->why = expr->why ? expr->why : "rules do not know of it";
	return 0;
}
