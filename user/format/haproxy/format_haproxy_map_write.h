/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_MAP_WRITE_H
#define FORMAT_HAPROXY_MAP_WRITE_H

struct format_writer;

/* Exact paths, for map_str(); prefixes, for map_beg(). All rules of a map have
 * the code, and keep or drop the query, as the first one. A comment has the line
 * that HAProxy's configuration needs. */
extern const struct format_writer format_haproxy_map_writer;
extern const struct format_writer format_haproxy_map_beg_writer;

#endif
