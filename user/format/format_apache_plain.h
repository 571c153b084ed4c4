/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_PLAIN_H
#define FORMAT_APACHE_PLAIN_H

#include <stdbool.h>

struct apache_flags;
struct apache_giving;
struct apache_item;

/* Whether a path is in normal form for sure: letters, digits, "-_~/." and a '*'
 * at its end, no segment that begins with a dot. */
bool apache_plain_path(const char *path);

/* Whether a target is an http or https URL of such bytes, so that nothing in it
 * is escaped or stands for something else. */
bool apache_plain_url(const char *target);

/*
 * apache_plain_rewrite - give a RewriteRule of one path to one URL
 *
 * Lists of many are mostly of such. Returns 1 if it is one, 0 if it has to be
 * looked at, or -errno with error_set().
 */
int apache_plain_rewrite(struct apache_giving *giving,
			 const struct apache_item *item,
			 const struct apache_flags *flags);

#endif
