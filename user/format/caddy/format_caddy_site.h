/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CADDY_SITE_H
#define FORMAT_CADDY_SITE_H

#include <stdbool.h>

#include "format_caddy_target.h"
#include "format_caddy_where.h"
#include "format_turn.h"
#include "limit.h"

struct format_read;

/* An address of a site: "https://www.old.example:8443/path*". */
struct caddy_address {
	char host[LIMIT_HOST + 8]; /* "*" where it has none */
	enum rule_scheme scheme;
	bool plain; /* neither scheme nor port: Caddy sends http to https */
	const char *path; /* or "" */
};

/* Returns 0, or -ENOTSUP for what is none that rules have. */
int caddy_address_read(struct caddy_address *address, const char *word);

/* A site while its directives are read. */
struct caddy_site {
	struct format_read *read;
	struct format_turn turn;
	struct caddy_address *addresses;
	size_t count;
	struct caddy_target target;
	struct format_text source;
	unsigned long cannot_at; /* the last target that cannot be said */
	/* what is told once of a site */
	bool slash_told, path_told, decoded_told, empty_told, depth_told,
		case_told, sent_told, relative_told, letters_told;
};

#endif
