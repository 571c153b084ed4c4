// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "format_haproxy_model.h"
#include "format_haproxy_pattern.h"
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

/* What begins with "*." or "", then a name of len bytes in lower case, without
 * its port; NULL when memory is short. */
static const char *host_make(struct haproxy *haproxy, const char *before,
			     const char *name, size_t len)
{
	size_t i, start = strlen(before);
	char *host = format_pool_take(&haproxy->pool, start + len + 1);

	if (!host)
		return NULL;
	memcpy(host, before, start);
	for (i = 0; i < len; i++)
		host[start + i] = (char)tolower((unsigned char)name[i]);
	return host;
}

static int host_add(struct haproxy *haproxy, struct haproxy_set *set,
		    const char *before, const char *name, size_t len)
{
	struct format_region region = format_region_all;

	region.host = host_make(haproxy, before, name, len);
	if (!region.host)
		return -ENOMEM;
	return haproxy_set_add(haproxy, set, &region);
}

/* The length of a name without its port; 0 for one that rules cannot have. */
static size_t name_len(const char *name)
{
	size_t len = strcspn(name, ":");
	const char *port = name + len;

	if (*name == '[')
		return strlen(name);
	return !*port || !strcmp(port, ":80") || !strcmp(port, ":443") ? len
								       : 0;
}

/* Whether it may be a whole name: two labels, the last of letters. */
static bool is_name(const char *name, size_t len)
{
	const char *dot = memrchr(name, '.', len), *end = name + len;

	if (!dot || dot == name || end - dot < 3)
		return false;
	while (++dot < end)
		if (!isalpha((unsigned char)*dot))
			return false;
	return true;
}

static int host_ends(struct haproxy *haproxy, struct haproxy_set *set,
		     const char *name, size_t len, unsigned long at)
{
	int err;

	if (*name == '.')
		return host_add(haproxy, set, "*.", name + 1, len - 1);
	err = host_add(haproxy, set, "", name, len);
	if (!err)
		err = host_add(haproxy, set, "*.", name, len);
	format_differs(
		haproxy->read, at, "host",
		"%s: HAProxy takes hosts that end so in the middle of a label, too",
		name);
	return err;
}

static int host_names(struct haproxy *haproxy, struct haproxy_set *set,
		      const char *name, size_t len, unsigned long at)
{
	int err;

	while (len && *name == '.') {
		name++;
		len--;
	}
	while (len && name[len - 1] == '.')
		len--;
	if (!is_name(name, len)) {
		set->why = "one label of a host, wherever it stands";
		return 0;
	}
	err = host_add(haproxy, set, "", name, len);
	if (!err)
		err = host_add(haproxy, set, "*.", name, len);
	format_differs(
		haproxy->read, at, "host",
		"%.*s: HAProxy takes hosts with other labels behind it, too",
		(int)len, name);
	return err;
}

static int host_pattern(struct haproxy *haproxy, struct haproxy_set *set,
			const struct haproxy_test *test, const char *pattern,
			unsigned long at)
{
	size_t len = name_len(pattern);

	haproxy_tell(haproxy, HAPROXY_TOLD_PORT, at);
	if (!test->fold && !test->expr->lower)
		haproxy_tell(haproxy, HAPROXY_TOLD_HOST_CASE, at);
	if (test->match == HAPROXY_REG)
		return haproxy_regex_host(haproxy, set, pattern, at);
	/* no request has such a host */
	if (strpbrk(pattern, "#/?@ \t"))
		return 0;
	if (!len && *pattern) {
		format_cannot(haproxy->read, at, "port",
			      "%s: rules know of no ports", pattern);
		set->told = true;
		return 0;
	}
	switch (test->match) {
	case HAPROXY_STR:
		return len ? host_add(haproxy, set, "", pattern, len) : 0;
	case HAPROXY_END:
		return host_ends(haproxy, set, pattern, len, at);
	case HAPROXY_DOM:
		return host_names(haproxy, set, pattern, len, at);
	case HAPROXY_BEG:
		if (!is_name(pattern, len))
			break;
		format_differs(
			haproxy->read, at, "host",
			"%s: HAProxy takes hosts that go on behind it, too",
			pattern);
		return host_add(haproxy, set, "", pattern, len);
	default:
		break;
	}
	set->why = "a part of a host";
	return 0;
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
	if (test->match == HAPROXY_BEG && len > 1 && path[len - 1] == '/')
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
	size_t host = strcspn(pattern, "/"), len = name_len(pattern);

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
	region.host = host_make(haproxy, "", pattern, host);
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
		return host_pattern(haproxy, set, test, pattern, at);
	case HAPROXY_PATH:
	case HAPROXY_URL:
		return path_pattern(haproxy, set, test, pattern, at);
	case HAPROXY_BASE:
		return base_pattern(haproxy, set, test, pattern, at);
	default:
		break;
	}
	set->why = expr->why ? expr->why : "rules do not know of it";
	return 0;
}
