// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "format_haproxy_host.h"
#include "format_haproxy_model.h"
#include "format_haproxy_regex.h"
#include "format_haproxy_tell.h"
#include "format_read.h"

/* What begins with "*." or "", then a name of len bytes in lower case, without
 * its port; NULL when memory is short. */
const char *haproxy_host_make(struct haproxy *haproxy, const char *before,
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

	region.host = haproxy_host_make(haproxy, before, name, len);
	if (!region.host)
		return -ENOMEM;
	return haproxy_set_add(haproxy, set, &region);
}

/* The length of a name without its port, up to the path; 0 for one that rules
 * cannot have. */
size_t haproxy_host_len(const char *name)
{
	size_t all = strcspn(name, "/");
	size_t len = *name == '[' ? all : strcspn(name, ":/");
	size_t port = all - len;

	if (!port || (port == 3 && !memcmp(name + len, ":80", 3)) ||
	    (port == 4 && !memcmp(name + len, ":443", 4)))
		return len;
	return 0;
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

int haproxy_host(struct haproxy *haproxy, struct haproxy_set *set,
		 const struct haproxy_test *test, const char *pattern,
		 unsigned long at)
{
	size_t len = haproxy_host_len(pattern);

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
