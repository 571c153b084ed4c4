/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_HOSTS_H
#define FORMAT_APACHE_HOSTS_H

#include <stdbool.h>

struct apache_giving;

/*
 * apache_hosts - find which hosts a server's rules are for
 *
 * Those of ServerName and ServerAlias, or of the options where it has no name,
 * and those of them that conditions name. Without any there is "", for sources
 * that get their host from the options. Returns 0 or -errno with error_set().
 */
int apache_hosts(struct apache_giving *giving);

/* Whether a wildcard among the hosts takes a host, which is another one. */
bool apache_host_below(const struct apache_giving *giving, const char *host);

/* Forget them. */
void apache_hosts_free(struct apache_giving *giving);

#endif
