/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_REWRITE_H
#define FORMAT_APACHE_REWRITE_H

#include <stdbool.h>
#include <stddef.h>

struct apache_flags;
struct apache_giving;
struct apache_item;

/* What a RewriteRule does. */
enum apache_does {
	APACHE_REDIRECTS,
	APACHE_SERVES, /* something else, and no rule behind it is asked */
	APACHE_DOES_NOTHING,
};

/* What a rule does by its flags and target; where these say no code, flags get
 * that of a redirect (302). */
enum apache_does apache_rewrite_does(const struct apache_giving *giving,
				     const struct apache_item *item,
				     struct apache_flags *flags);

/*
 * apache_rewrite - give the rules of a RewriteRule
 * @pass: as "pass", since it does not redirect
 *
 * Returns 0, 1 where it cannot be said, which has been told if it redirects, or
 * -errno with error_set().
 */
int apache_rewrite(struct apache_giving *giving, const struct apache_item *item,
		   const struct apache_flags *flags, bool pass);

#endif
