/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WEB_TOKEN_H
#define WEB_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

/* The secret that requests bring along, as RFC 6750 has it. */
enum { WEB_TOKEN_MIN = 16, WEB_TOKEN_MAX = 512 };
struct web_token {
	char text[WEB_TOKEN_MAX + 2];
	size_t len; /* 0: none is wanted */
};

/*
 * web_token_read - the first line of a file
 *
 * It is root's or this user's, not readable for all, not writable but for its
 * owner; the token has WEB_TOKEN_MIN to WEB_TOKEN_MAX bytes of letters, digits
 * and -._~+/=. Returns 0 or -errno with error_set().
 */
int web_token_read(struct web_token *token, const char *path);

/*
 * web_token_fits - whether an Authorization field has it
 * @field: NULL: there is none
 *
 * What it takes does not tell where they differ.
 */
bool web_token_fits(const struct web_token *token, const char *field,
		    size_t len);

#endif
