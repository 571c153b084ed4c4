/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_URL_H
#define RULE_URL_H

#include <stddef.h>

struct rule_error;

/*
 * What a source and a target have in common, since both are URLs. Functions
 * that take an error return -EINVAL with it filled; its field is the one that
 * they are told.
 */

/* The length of "http://" or "https://" at the text's start, or 0. */
size_t rule_url_scheme(const char *text, size_t len);

/* Where host and port lie; port NULL: none, else it may be empty. */
struct rule_url_authority {
	const char *host, *port;
	size_t host_len, port_len;
};

/* Split what ends before the first '/' or '?'. Returns 0. */
int rule_url_authority(struct rule_url_authority *authority, const char *field,
		       const char *text, size_t len, struct rule_error *error);

/* host_rule() with the host quoted in the reason. Returns its length. */
int rule_url_host(char *dst, const char *field, const char *text, size_t len,
		  struct rule_error *error);

/* Refuse '{' and '}' behind the host. Returns 0. */
int rule_url_braces(const char *field, const char *text, size_t len,
		    struct rule_error *error);

/* The reason why uri_path() or uri_query() refused text with err. */
int rule_url_fail(struct rule_error *error, const char *field, int err,
		  const char *text, size_t len);

#endif
