/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_REWRITE_H
#define FORMAT_APACHE_REWRITE_H

#include <stddef.h>

struct apache_flags;
struct apache_giving;
struct apache_item;

/*
 * apache_rewrite - give the rules of a RewriteRule, of giving->host
 * @flags: of apache_does()
 * @past:  it does not redirect: where its requests go on (apache_give_past())
 * @next:  where requests go on that it is not for
 *
 * What cannot be said is told, of one that does not redirect it is not. Returns
 * 1 where some of it cannot be said, 0, or -errno with error_set().
 */
int apache_rewrite(struct apache_giving *giving, const struct apache_item *item,
		   const struct apache_flags *flags, const size_t *past,
		   size_t next);

#endif
