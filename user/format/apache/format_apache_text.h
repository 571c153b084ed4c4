/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_TEXT_H
#define FORMAT_APACHE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct format_regex_way;
struct format_text;

/* What the references of a target stand for. */
struct apache_refs {
	/* "$0" to "$9", and "%0" to "%9": as targets have them; NULL: there
	 * is none, and it is empty */
	const char *rule[10], *cond[10];
	const char *host;   /* %{HTTP_HOST}, or "" where it is not known */
	const char *path;   /* %{REQUEST_URI} */
	const char *scheme; /* %{REQUEST_SCHEME}, or NULL */
	bool cond_unknown;  /* what "%1" is, cannot be said */
	bool raw;	    /* NE: the target is as it is to be sent */
	bool cond_host;	    /* "%1" is of a host */
};

/*
 * apache_text_target - put references into the target of a RewriteRule
 * @to: receives it, escaped as Apache does without NE
 *
 * Returns NULL, or why it cannot be said: a constant text.
 */
const char *apache_text_target(struct format_text *to, const char *target,
			       const struct apache_refs *refs);

/*
 * apache_text_alias - put groups into the target of a RedirectMatch
 * @groups: "$0" to "$9"; NULL: of a Redirect, where '$' is one
 */
void apache_text_alias(struct format_text *to, const char *target,
		       char *const *groups);

/* What a way answers otherwise: a prefix does not take the path without its last
 * '/', as it is told to rules (format_first.h). */
unsigned int apache_text_unlike(const struct format_regex_way *way);

#endif
