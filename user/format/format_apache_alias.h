/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_ALIAS_H
#define FORMAT_APACHE_ALIAS_H

struct apache_giving;
struct apache_item;

/* Give the rules of a Redirect or RedirectMatch, for all hosts of the server.
 * Returns 0 or -errno with error_set(). */
int apache_alias(struct apache_giving *giving, const struct apache_item *item);

/* The code that a status is: "permanent", "301"; NULL for one that rules have
 * not. */
const char *apache_code(const char *status);

#endif
