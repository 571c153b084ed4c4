/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REGEX_HOST_H
#define REGEX_HOST_H

struct format_regex;
struct regex_tree;
struct regex_way;

/*
 * regex_host - write a way down as a source's host, and add it
 * @way: as regex_ways() makes it
 *
 * Where names may go on at their begin within a label, it is two of them; one
 * that never matches is none. Of a port it is noted that it does not count. Returns 0, -ENOTSUP with regex->reason, or -ENOMEM with error_set().
 */
int regex_host(struct format_regex *regex, const struct regex_tree *tree,
	       struct regex_way *way);

#endif
