/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_TARGET_H
#define FORMAT_APACHE_TARGET_H

struct apache_rewriting;
struct apache_rule;
struct format_regex_way;
struct format_region;
struct format_text;

/*
 * The target of a RewriteRule, in to->texts. What returns int returns 0, or 1
 * for what cannot be said, which has been told.
 */

/* The text of a source's path as targets have it. */
void apache_target_whole(struct format_text *to, const char *source);

/* A way's groups, of what the region has. */
void apache_target_groups(struct apache_rewriting *to, const char **groups,
			  struct format_text *texts,
			  const struct format_regex_way *way,
			  const struct format_region *of,
			  const struct format_region *region);

/* Put groups and variables into a text. */
int apache_target_make(struct apache_rewriting *to, const char *text);

/* Take the query off the target, and say what becomes of the request's. */
void apache_target_query(struct apache_rewriting *to, struct apache_rule *rule);

/* A condition of the query consumes it: what is kept of it is put back. */
int apache_target_back(struct apache_rewriting *to, struct apache_rule *rule);

#endif
