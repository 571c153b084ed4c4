/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_SIMPLE_H
#define FORMAT_APACHE_SIMPLE_H

struct apache_flags;
struct apache_giving;
struct apache_item;

/*
 * apache_simple - give a RewriteRule of one path to one URL
 *
 * Lists of many are mostly of such. Returns 1 if it is one, 0 if it has to be
 * looked at, or -errno with error_set().
 */
int apache_simple(struct apache_giving *giving, const struct apache_item *item,
		  const struct apache_flags *flags);

#endif
