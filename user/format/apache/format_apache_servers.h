/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_SERVERS_H
#define FORMAT_APACHE_SERVERS_H

struct apache_giving;

/* Tell what is so of the virtual hosts, and, when all rules are given, what never
 * comes to its turn. */
void apache_servers_tell(struct apache_giving *giving);
void apache_reached_tell(struct apache_giving *giving);

#endif
