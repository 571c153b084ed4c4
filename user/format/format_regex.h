/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_REGEX_H
#define FORMAT_REGEX_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What sources say of a regular expression (PCRE, as nginx, Apache and the
 * others use it): literals, prefixes, alternatives of them, "name/?$",
 * ([0-9]+), ([^/]+), one capture at the end.
 */
enum format_regex_flag {
	FORMAT_REGEX_CASE = 1,	    /* without ASCII case: the rules need
				* case=ignore */
	FORMAT_REGEX_DECODED = 2,   /* it is matched against a decoded path */
	FORMAT_REGEX_DIRECTORY = 4, /* against a path without its first '/'
				     * (.htaccess) */
};

/* At most this many sources come of one expression. */
enum { FORMAT_REGEX_MOST = 256, FORMAT_REGEX_GROUPS = 32 };

struct format_regex {
	/* One source path, or host, for each way to match. */
	struct format_regex_way {
		char *source; /* "/a/{g1:digits}", "/a/x*" */
		char *group[FORMAT_REGEX_GROUPS]; /* what "$1" ... stand for in
						   * a target: a literal, "{g1}"
						   * or "*"; NULL: no such
						   * group */
		const char *differs; /* what a rule matches otherwise, or NULL:
				      * a constant text */
	} * ways;
	size_t count;
	/* why it cannot be said: constant texts */
	const char *kind;   /* "regex" */
	const char *reason; /* "not anchored at its begin" */
};

/*
 * format_regex_path - the source paths of an expression
 *
 * Ways come in the order in which the expression tries them. Returns 0;
 * -ENOTSUP with kind and reason for what sources cannot say or for what is no
 * expression; -ENOMEM with error_set().
 */
int format_regex_path(struct format_regex *regex, const char *text, size_t len,
		      unsigned int flags);

/* The same for an expression of hosts, which have no case: "old.example",
 * "*.old.example", ".old.example". Groups stand for literals alone, or "*" for
 * what a wildcard's '*' does. */
int format_regex_host(struct format_regex *regex, const char *text, size_t len);

/*
 * format_regex_target - put a way's groups into a target
 * @dst:  receives it; size bytes of room, with a NUL
 * @sign: '$' ($1 to $9, ${1}, and of "(?<name>...)" $name), or '\\' (\1)
 *
 * Returns its length; -ENOTSUP with regex->kind and reason where a rule cannot
 * say it (a group that is used twice, in the host, another variable).
 */
int format_regex_target(struct format_regex *regex, char *dst, size_t size,
			const struct format_regex_way *way, char sign,
			const char *target, size_t len);

void format_regex_free(struct format_regex *regex); /* accepts all zero */

#endif
