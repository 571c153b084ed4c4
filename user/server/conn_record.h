/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONN_RECORD_H
#define CONN_RECORD_H

#include <stddef.h>
#include <stdint.h>

struct conn;
struct head;
struct map_key;
struct sockaddr;

/*
 * What is told of an answer, in a record of the worker's ring (answer_ring.h).
 * All of it costs one look as long as nobody wants records.
 */

/* A request, and what became of it. */
struct conn_answer {
	const struct head *head; /* as far as it was scanned */
	const uint8_t *data;	 /* the bytes that it was scanned in */
	uint32_t len;
	/* As it was looked up, with the rule that won; NULL: it was not. */
	const struct map_key *key;
	uint32_t rule;	/* its address; 0: none matches */
	uint32_t flags; /* ANSWER_RULE, ANSWER_FALLBACK */
	int status;
	const char *sent; /* the answer of a rule */
	size_t sent_len;
};

/* Who has connected, as accept4() says it; may be NULL. */
void conn_record_peer(struct conn *conn, const struct sockaddr *peer);

/* Tell of an answer. */
void conn_record(struct conn *conn, const struct conn_answer *answer);

/* Keep a request that has gone to the fallback, with the proxy, for
 * proxy_record_end(). */
void conn_record_begin(struct conn *conn, const struct conn_answer *answer);

#endif
