/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_MAP_WRITE_H
#define FORMAT_NGINX_MAP_WRITE_H

/* Writes rules as the lines of a map; the comments before them say how it is
 * used. */
extern const struct format_writer format_nginx_map_writer;

#endif
