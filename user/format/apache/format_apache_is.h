/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_IS_H
#define FORMAT_APACHE_IS_H

#include <stdbool.h>

struct format_head;

/* Whether a file's beginning is one of Apache's configuration or .htaccess:
 * one of the directives of redirects, or a section of Apache. */
bool apache_is(const struct format_head *head);

/* Whether it is a server's configuration, not one of a directory (.htaccess).
 * That is what has a server's sections, or a RewriteRule that begins with
 * '/'. */
bool apache_is_server(const struct format_head *head);

#endif
