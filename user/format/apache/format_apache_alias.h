/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_ALIAS_H
#define FORMAT_APACHE_ALIAS_H

struct apache_giving;
struct apache_item;

/* Give the rules of a Redirect or RedirectMatch, at giving->host.
 * Returns 0 or -errno with error_set(). */
int apache_alias(struct apache_giving *giving, const struct apache_item *item);

#endif
