/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LISTEN_PARSE_H
#define LISTEN_PARSE_H

struct listen_set;

/*
 * listen_parse - add what ADDR:PORT stands for to a set
 * @text: IPv4:PORT, [IPv6]:PORT, or *:PORT and :PORT for both families; ",https"
 *        behind it says that somebody in front ends TLS
 *
 * An address and port is of one scheme. Returns 0 or -EINVAL with error_set().
 */
int listen_parse(struct listen_set *set, const char *text);

#endif
