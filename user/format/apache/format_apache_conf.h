/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_CONF_H
#define FORMAT_APACHE_CONF_H

struct apache_conf;
struct format_file;
struct format_read;

/*
 * apache_conf_read - read a configuration or .htaccess, and what it includes
 * @conf: all zero
 *
 * What it says of redirects is in *conf in the order of its lines; directives
 * that have nothing to do with them are passed over. A file without sections
 * and with RewriteBase, or that is called .htaccess, is a directory's. Returns
 * 0 or -errno with error_set().
 */
int apache_conf_read(struct format_read *read, struct format_file *file,
		     struct apache_conf *conf);

#endif
