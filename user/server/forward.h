/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORWARD_H
#define FORWARD_H

#include <stdbool.h>
#include <stdint.h>

struct buffer;
struct head;
struct peer;

/* What is said of the client in X-Forwarded-For and X-Forwarded-Proto. */
enum forward_mode {
	FORWARD_APPEND,	 /* its address, after those that came */
	FORWARD_REPLACE, /* its address alone */
	FORWARD_OFF,	 /* nothing: what came is passed on */
};

struct forward_options {
	const char *via; /* our name, as via_valid() has it */
	enum forward_mode mode;
};

/* Who sent a request. */
struct forward_client {
	const struct peer *peer;
	bool https; /* it came by TLS */
};

/*
 * forward_head - write the head of a request as the next server gets it
 * @out:     takes the head
 * @upgrade: receives whether the next server may answer 101
 *
 * The request is one that forward_refuses() lets pass. Its target becomes one
 * in origin form, Host is that of an absolute target (RFC 9112 3.2.2), fields
 * for this connection alone are left out (RFC 9110 7.6.1), and Via comes in.
 * The lines that stay are byte for byte as they came. Returns 0 or -ENOMEM.
 */
int forward_head(struct buffer *out, const struct forward_options *options,
		 const struct head *head, const uint8_t *data,
		 const struct forward_client *client, bool *upgrade);

#endif
