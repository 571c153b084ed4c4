/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_MAP_H
#define FORMAT_HAPROXY_MAP_H

struct format;

/* A file for map_str(); one for map_beg(). */
extern const struct format format_haproxy_map;
extern const struct format format_haproxy_map_beg;

#endif
