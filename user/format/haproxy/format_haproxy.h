/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_H
#define FORMAT_HAPROXY_H

struct format;

extern const struct format format_haproxy;

#endif
