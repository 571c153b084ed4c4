/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_REGEX_H
#define FORMAT_HAPROXY_REGEX_H

struct haproxy;
struct haproxy_set;
struct haproxy_test;

/* Add the requests of which a host, or a path, matches an expression; as
 * haproxy_pattern(). */
int haproxy_regex_host(struct haproxy *haproxy, struct haproxy_set *set,
		       const char *text, unsigned long at);
int haproxy_regex_path(struct haproxy *haproxy, struct haproxy_set *set,
		       const struct haproxy_test *test, const char *text,
		       unsigned long at);

#endif
