/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_PLAIN_H
#define FORMAT_APACHE_PLAIN_H

#include <stdbool.h>

/* Whether a path is in normal form for sure: letters, digits, "-_~/." and a '*'
 * at its end, no segment that begins with a dot. */
bool apache_plain_path(const char *path);

/* Whether a target is an http or https URL of such bytes, so that nothing in it
 * is escaped or stands for something else. */
bool apache_plain_url(const char *target);

#endif
