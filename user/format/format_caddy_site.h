/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CADDY_SITE_H
#define FORMAT_CADDY_SITE_H

#include <stdbool.h>

#include "format_caddy_where.h"
#include "limit.h"

/* An address of a site: "https://www.old.example:8443/path*". */
struct caddy_address {
	char host[LIMIT_HOST + 8]; /* "*" where it has none */
	enum rule_scheme scheme;
	bool plain; /* neither scheme nor port: Caddy sends http to https */
	const char *path; /* or "" */
};

/* Returns 0, or -ENOTSUP for what is none that rules have. */
int caddy_address_read(struct caddy_address *address, const char *word);

#endif
