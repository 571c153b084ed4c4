/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_VERCEL_REDIRECT_H
#define FORMAT_VERCEL_REDIRECT_H

#include <jansson.h>

/* A redirect of a vercel.json as it is read. */
struct vercel_redirect {
	unsigned long at;
	const char *source, *destination;
	char code[4];
};

/* Read its code: 308 and 307 by "permanent", else "statusCode", else 308; "?"
 * for what is no code. */
void vercel_redirect_code(struct vercel_redirect *redirect,
			  const json_t *value);

/* The first field that is none of a redirect, or NULL. */
const char *vercel_redirect_unknown(json_t *value);

#endif
