/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_ERROR_H
#define RULE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What the files that read a rule share. Functions that take an error return
 * -EINVAL with it filled; its field is the one that they are told.
 */
struct rule_error;

/* Fill *error; -EINVAL. */
int rule_fail(struct rule_error *error, const char *field, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Put what is wrong behind what is noted already. Returns -EINVAL. */
int rule_error_add(struct rule_error *error, const struct rule_error *one);

/* A piece of input for a message: in quotes, cut when it is long, everything
 * but printable ASCII as \xNN. */
struct rule_quote {
	char text[96];
};
const char *rule_quote(struct rule_quote *quote, const char *text, size_t len);

/* The reason why uri_path() or uri_query() refused text with err. */
int rule_fail_uri(struct rule_error *error, const char *field, int err,
		  const char *text, size_t len);

/* Refuse what neither source nor target may hold: blanks, control bytes, bad
 * UTF-8, a fragment, characters that nobody sees. Returns 0. */
int rule_check_bytes(const char *field, const char *text, size_t len,
		     struct rule_error *error);

/* Refuse characters that nobody sees (unseen.h). Returns 0. */
int rule_check_seen(const char *field, const char *text, size_t len,
		    struct rule_error *error);

/* The length of "http://" or "https://" at the text's start, or 0. */
size_t rule_scheme(const char *text, size_t len);

/* Where host and port lie; port NULL: none, else it may be empty. */
struct rule_authority {
	const char *host, *port;
	size_t host_len, port_len;
};

/* Split what ends before the first '/' or '?'. Returns 0. */
int rule_authority(struct rule_authority *authority, const char *field,
		   const char *text, size_t len, struct rule_error *error);

/* host_rule() with the host quoted in the reason. Returns its length. */
int rule_host(char *dst, const char *field, const char *text, size_t len,
	      struct rule_error *error);

/* What the target needs to know of its source. */
struct rule_shape {
	bool bare;   /* a host alone */
	bool prefix; /* ends with '*' */
	bool query;  /* has a '?' */
};

#endif
