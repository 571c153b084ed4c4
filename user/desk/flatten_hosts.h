/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLATTEN_HOSTS_H
#define FLATTEN_HOSTS_H

#include <stdbool.h>
#include <stddef.h>

struct ruleset;

/* The hosts of a sorted set of rules, and what could win for a part of their
 * paths. */
struct flatten_hosts {
	const struct ruleset *set;
	struct flatten_host {
		size_t from, until; /* entries */
		size_t len;
		bool loose; /* has patterns, or rules with case=ignore */
		bool first; /* ... or with first=yes */
	} * host;
	size_t count, room;
};

/* Returns 0 or -errno with error_set(). */
int flatten_hosts_fill(struct flatten_hosts *hosts, const struct ruleset *set);

/*
 * flatten_hosts_below - whether rules could win for some of the paths that begin
 * with one
 * @name: of a host; its wildcards are looked at, too, up to that of but
 * @path: in normal form
 * @but:  the source that does not count
 *
 * Returns why, for people, or NULL: for none of them.
 */
const char *flatten_hosts_below(const struct flatten_hosts *hosts,
				const char *name, size_t len, const char *path,
				const char *but);

/* Whether rules could win for one path with some query. */
bool flatten_hosts_query(const struct flatten_hosts *hosts, const char *name,
			 size_t len, const char *path);

/* Whether there are rules with first=yes. */
bool flatten_hosts_first(const struct flatten_hosts *hosts);

/* Accepts one that is all zero. */
void flatten_hosts_free(struct flatten_hosts *hosts);

#endif
