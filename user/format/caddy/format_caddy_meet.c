// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format_caddy_meet.h"
#include "format_caddy_where.h"

/* The path that two have in common: that of one, which the other's prefix
 * begins; NULL: none. Returns false where it is hard to say. */
static bool paths_meet(const char **both, const char *a, const char *b)
{
	size_t a_len = strlen(a), b_len = strlen(b);
	bool a_rest = a[a_len - 1] == '*', b_rest = b[b_len - 1] == '*';

	*both = NULL;
	if (a_rest && !strncasecmp(a, b, a_len - 1))
		*both = b;
	else if (b_rest && !strncasecmp(a, b, b_len - 1))
		*both = a;
	else if (!strcasecmp(a, b))
		*both = a;
	else
		return !strchr(a, '{') && !strchr(b, '{');
	return true;
}

static int paths_both(struct caddy_where *where,
		      const struct caddy_where *other)
{
	struct caddy_where both = {0};
	const char *path;
	size_t i, j;
	int err = 0;

	for (i = 0; i < where->path_count && !err; i++)
		for (j = 0; j < other->path_count && !err; j++) {
			if (!paths_meet(&path, where->paths[i].text,
					other->paths[j].text))
				err = caddy_where_cannot(
					where, "patterns within a block", "");
			else if (path)
				err = caddy_where_path(&both, path,
						       strlen(path),
						       where->paths[i].way);
		}
	for (i = 0; i < where->path_count; i++)
		free(where->paths[i].text);
	free(where->paths);
	where->paths = both.paths;
	where->path_count = both.path_count;
	where->path_room = both.path_room;
	return err ? err : both.path_count != 0;
}

/* Put a prefix before all paths; without any they are all below it. */
static int paths_inside(struct caddy_where *where, const char *inside)
{
	size_t i;
	int err = 0;

	if (!where->path_count)
		err = caddy_where_path(where, "/*", 2, NULL);
	for (i = 0; i < where->path_count && !err; i++) {
		char *text;

		if (asprintf(&text, "%s%s", inside, where->paths[i].text) < 0)
			return error_sys(-ENOMEM, "cannot read the file");
		free(where->paths[i].text);
		where->paths[i].text = text;
	}
	where->fold = true;
	return err;
}

/* Whether a host is of those that another one is for; -ENOTSUP where a '*' is
 * in either. */
static int host_both(struct caddy_where *where, const char *host,
		     const struct caddy_where *other)
{
	bool wild = strchr(host, '*') != NULL;
	size_t i;

	for (i = 0; i < other->host_count; i++) {
		if (!strcasecmp(host, other->hosts[i]))
			return 1;
		wild |= strchr(other->hosts[i], '*') != NULL;
	}
	return wild ? caddy_where_cannot(where, "hosts within a block", "") : 0;
}

static int hosts_both(struct caddy_where *where,
		      const struct caddy_where *other)
{
	size_t i, count = where->host_count;
	int got = 1;

	if (!other->host_count)
		return 1;
	for (i = 0; i < other->host_count && !count && got > 0; i++)
		got = caddy_where_host(where, other->hosts[i]) ? -ENOMEM : 1;
	if (!count)
		return got;
	where->host_count = 0;
	for (i = 0; i < count; i++) {
		int both =
			got < 0 ? 0 : host_both(where, where->hosts[i], other);

		if (both > 0)
			where->hosts[where->host_count++] = where->hosts[i];
		else
			free(where->hosts[i]);
		got = both < 0 ? both : got;
	}
	return got < 0 ? got : where->host_count != 0;
}

int caddy_meet(struct caddy_where *where, const struct caddy_where *other,
	       const char *inside)
{
	int err = *inside ? paths_inside(where, inside) : 0;
	size_t i;

	if (!err && other->path_count && where->path_count) {
		err = paths_both(where, other);
		if (err <= 0)
			return err;
		err = 0;
	} else if (!err && other->path_count) {
		for (i = 0; i < other->path_count && !err; i++)
			err = caddy_where_path(where, other->paths[i].text,
					       strlen(other->paths[i].text),
					       other->paths[i].way);
	}
	if (err)
		return err;
	where->fold |= other->fold;
	if (where->scheme && other->scheme && where->scheme != other->scheme)
		return 0;
	if (other->scheme)
		where->scheme = other->scheme;
	return hosts_both(where, other);
}
