/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_H
#define FORMAT_APACHE_H

struct format;

/* Redirects of Apache httpd's mod_alias and mod_rewrite, in its configuration
 * and in .htaccess files. */
extern const struct format format_apache;

#endif
