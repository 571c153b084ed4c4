/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_REWRITING_H
#define FORMAT_APACHE_REWRITING_H

#include <stddef.h>

#include "format_regex_way.h"
#include "format_text.h"

struct apache_case;
struct apache_flags;
struct apache_giving;
struct apache_item;

enum { APACHE_GROUPS = 10 };

/* The texts of a rule. */
struct apache_texts {
	struct format_text source, whole, target, query;
	struct format_text narrowed[2][APACHE_GROUPS];
	const char *rule[APACHE_GROUPS], *cond[APACHE_GROUPS];
};

/* A RewriteRule in one of its cases. */
struct apache_rewriting {
	struct apache_giving *giving;
	const struct apache_item *item;
	const struct apache_flags *flags;
	const struct apache_case *one;
	const size_t *past; /* NULL: it redirects */
	size_t next;
	const char *code;
	struct format_regex paths; /* of the rule */
	struct format_regex conds; /* of %{REQUEST_URI}, if it is asked */
	unsigned int unlike;
	unsigned int groups; /* that the target has */
	char *host_groups[APACHE_GROUPS];
	struct apache_texts *texts;
};

/* Tell why it cannot be said; of what does not redirect that is of no matter.
 * Returns 1. */
int apache_rewriting_cannot(struct apache_rewriting *to, const char *kind,
			    const char *what, const char *reason);

#endif
