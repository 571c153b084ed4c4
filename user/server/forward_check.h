/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORWARD_CHECK_H
#define FORWARD_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "head.h"

/* What the fields of a request say to a server that passes it on. */

enum { FORWARD_OPTIONS = 64 }; /* names in Connection */

struct forward_fields {
	unsigned int options; /* in Connection, but for those known; all */
	struct {
		const uint8_t *at;
		size_t len;
	} option[FORWARD_OPTIONS]; /* the first of these options */
	bool upgrade;		   /* to a protocol that can be passed on */
	bool addresses;		   /* X-Forwarded-For holds no more than that */
	unsigned int hops_count;   /* lines of Max-Forwards that count */
	bool hops_bad;		   /* one of these lines holds no number */
	uint32_t hops;
};

/* Read them; no line ends in a bare LF. */
void forward_look(struct forward_fields *fields, const struct head *head,
		  const uint8_t *data);

/* The header section's first line, and the end of its last. */
static inline const uint8_t *forward_first(const struct head *head,
					   const uint8_t *data)
{
	return data + head->target + head->target_len +
	       sizeof(" HTTP/1.1\r\n") - 1;
}

static inline const uint8_t *forward_end(const struct head *head,
					 const uint8_t *data)
{
	return data + head->len - 2;
}

/*
 * forward_refuses - whether a request that no rule is for may be passed on
 * @head: complete, at data
 *
 * Returns 0, or the status of the answer instead: 508 for a request that Via
 * says was here before (RFC 9110 7.6.3), 404 for OPTIONS and TRACE that are not
 * to go further (7.6.2), 400 for what cannot be passed on as one request in one
 * reading. But for 404, the connection is to be closed.
 */
int forward_refuses(const char *via, const struct head *head,
		    const uint8_t *data);

#endif
