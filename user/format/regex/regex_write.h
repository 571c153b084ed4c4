/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REGEX_WRITE_H
#define REGEX_WRITE_H

struct format_regex;
struct regex_tree;
struct regex_way;

/*
 * regex_write - write a way down as a source's path, and add it
 * @way: as regex_shape() leaves it
 *
 * Returns 0, -ENOTSUP with regex->reason, or -ENOMEM with error_set().
 */
int regex_write(struct format_regex *regex, const struct regex_tree *tree,
		const struct regex_way *way, unsigned int flags);

#endif
