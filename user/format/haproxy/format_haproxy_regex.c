// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_haproxy_model.h"
#include "format_haproxy_regex.h"
#include "format_haproxy_set.h"
#include "format_read.h"
#include "format_regex.h"

/* The expression's text is the first thing that is told. */
static int regex_fail(struct haproxy *haproxy, struct haproxy_set *set,
		      const struct format_regex *regex, int err)
{
	if (err != -ENOTSUP)
		return err;
	set->why = format_pool_text(&haproxy->pool, regex->reason,
				    strlen(regex->reason));
	return set->why ? 0 : -ENOMEM;
}

/* What all ways answer otherwise; "/a/" becomes a source that does not take "/a",
 * but patterns do. */
static unsigned int unlike_of(const struct format_regex *regex)
{
	unsigned int unlike = regex->unlike;
	bool patterns = false;
	size_t i;

	for (i = 0; i < regex->count; i++) {
		unlike |= regex->ways[i].unlike;
		patterns |= strchr(regex->ways[i].source, '{') != NULL;
	}
	return patterns ? unlike : unlike & ~(unsigned int)FORMAT_REGEX_SLASH;
}

static void unlike_tell(struct haproxy *haproxy,
			const struct format_regex *regex, const char *text,
			unsigned long at)
{
	unsigned int unlike = unlike_of(regex);
	const char *what;

	while ((what = format_regex_unlike(&unlike)))
		format_differs(haproxy->read, at, "regex", "%s: %s", text,
			       what);
}

static int host_add(struct haproxy *haproxy, struct haproxy_set *set,
		    const char *host, size_t len)
{
	struct format_region region = format_region_all;

	region.host = format_pool_text(&haproxy->pool, host, len);
	if (!region.host)
		return -ENOMEM;
	return haproxy_set_add(haproxy, set, &region);
}

/* A host of a source; ".x" is two. */
static int host_take(struct haproxy *haproxy, struct haproxy_set *set,
		     const char *host)
{
	char below[LIMIT_HOST + 8];
	int err, n;

	if (*host != '.')
		return host_add(haproxy, set, host, strlen(host));
	n = snprintf(below, sizeof(below), "*%s", host);
	if (n < 0 || (size_t)n >= sizeof(below))
		return 0;
	err = host_add(haproxy, set, host + 1, strlen(host + 1));
	return err ? err : host_add(haproxy, set, below, n);
}

int haproxy_regex_host(struct haproxy *haproxy, struct haproxy_set *set,
		       const char *text, unsigned long at)
{
	struct format_regex regex = {0};
	int err = format_regex_host(&regex, text, strlen(text));
	size_t i;

	if (!err)
		unlike_tell(haproxy, &regex, text, at);
	else
		err = regex_fail(haproxy, set, &regex, err);
	for (i = 0; !err && i < regex.count; i++)
		err = host_take(haproxy, set, regex.ways[i].source);
	format_regex_free(&regex);
	return err;
}

static int path_take(struct haproxy *haproxy, struct haproxy_set *set,
		     const char *path, bool fold)
{
	struct format_region region = format_region_all;
	size_t len = strlen(path);

	region.kind = FORMAT_REGION_EXACT;
	if (strchr(path, '?'))
		region.kind = FORMAT_REGION_QUERY;
	if (strchr(path, '{'))
		region.kind = FORMAT_REGION_PATTERN;
	else if (len && path[len - 1] == '*')
		region.kind = FORMAT_REGION_PREFIX;
	len -= region.kind == FORMAT_REGION_PREFIX;
	region.fold = fold;
	region.path = format_pool_text(&haproxy->pool, path, len);
	return region.path ? haproxy_set_add(haproxy, set, &region) : -ENOMEM;
}

int haproxy_regex_path(struct haproxy *haproxy, struct haproxy_set *set,
		       const struct haproxy_test *test, const char *text,
		       unsigned long at)
{
	struct format_regex regex = {0};
	unsigned int flags = 0;
	size_t i;
	int err;

	if (test->fold || test->expr->lower)
		flags |= FORMAT_REGEX_CASE;
	if (test->expr->decoded)
		flags |= FORMAT_REGEX_DECODED;
	if (test->expr->fetch == HAPROXY_URL)
		flags |= FORMAT_REGEX_QUERY;
	err = format_regex_path(&regex, text, strlen(text), flags);
	if (!err)
		unlike_tell(haproxy, &regex, text, at);
	else
		err = regex_fail(haproxy, set, &regex, err);
	for (i = 0; !err && i < regex.count; i++)
		err = path_take(haproxy, set, regex.ways[i].source, regex.fold);
	format_regex_free(&regex);
	return err;
}
