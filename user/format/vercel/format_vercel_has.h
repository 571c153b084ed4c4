/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_VERCEL_HAS_H
#define FORMAT_VERCEL_HAS_H

#include <jansson.h>

#include "format_regex_way.h"

/* What a redirect's "has" says of requests: hosts and the scheme. */
struct vercel_has {
	struct format_regex host; /* no ways: any */
	const char *scheme;	  /* NULL: any */
	char reason[160];	  /* why it cannot be said */
};

/* has is all zero. Returns 0, or -ENOTSUP with its reason. */
int vercel_has_read(struct vercel_has *has, const json_t *redirect);

/* It is all zero then. */
void vercel_has_free(struct vercel_has *has);

#endif
