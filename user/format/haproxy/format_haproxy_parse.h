/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_PARSE_H
#define FORMAT_HAPROXY_PARSE_H

struct haproxy;

/* Read the sections of haproxy->file, and the lines of them that have to do with
 * redirects. Returns 0 or -errno with error_set(). */
int haproxy_parse(struct haproxy *haproxy);

#endif
