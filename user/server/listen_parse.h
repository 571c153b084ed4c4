/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LISTEN_PARSE_H
#define LISTEN_PARSE_H

struct listen_set;

/*
 * listen_parse - add what ADDR:PORT or unix:PATH stands for to a set
 * @text: IPv4:PORT, [IPv6]:PORT, or *:PORT and :PORT for both families, or
 *        unix: and an absolute path without blank or comma; behind it,
 *        separated by commas, what listen_property() takes
 *
 * An address and port has one set of properties. Returns 0 or -EINVAL with
 * error_set().
 */
int listen_parse(struct listen_set *set, const char *text);

#endif
