/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONN_H
#define CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "body.h"
#include "event.h"
#include "head.h"
#include "peer.h"
#include "serve_counter.h"
#include "timer.h"

struct proxy;
struct worker;

enum conn_state {
	CONN_HEAD,	  /* waiting for a request, or in its head */
	CONN_BODY,	  /* reading over the body of an answered request */
	CONN_PROXY,	  /* conn->proxy has both sides */
	CONN_FLUSH,	  /* to be lingered on when all is sent */
	CONN_FLUSH_CLOSE, /* to be closed then: the client sends no more */
	CONN_LINGER,	  /* all is sent, and the end of it, too */
};

/* What was read and could not be taken yet. */
struct conn_input {
	struct head head; /* how far the scan has got */
	uint32_t len;
	uint32_t cap;
	uint8_t data[];
};

/* What the socket did not take yet. */
struct conn_output {
	uint32_t start;
	uint32_t len;
	char data[];
};

/* A client's connection. It owns memory beside this only while something is
 * incomplete. What every request needs comes first. */
struct conn {
	struct event event;
	struct worker *worker;
	struct conn_input *in;
	struct conn_output *out;
	enum conn_state state;
	bool queued;	    /* its answers are in the outbox's queue */
	bool https;	    /* it came by TLS as far as somebody in front */
	bool awaits_header; /* of the PROXY protocol, before anything else */
	struct timer timer; /* set, once the first read has found no end */
	struct proxy *proxy;
	struct body body;
	uint64_t left;	   /* bytes that may still be read and thrown away */
	uint64_t until;	   /* when reading them ends, whatever still comes */
	bool parted;	   /* another connection has its place already */
	struct conn *next; /* of the dead, and of those to be used again */
	struct peer peer;  /* the client, once it was asked for */
	struct peer to; /* where it connected to, if a PROXY header said so */
};

/* A connection of a socket's, counted by the worker; what to run is not set.
 * NULL: no memory, and the socket stays the caller's. */
struct conn *conn_new(struct worker *worker, int fd);

/* Close at once, and count why. The memory goes with conn_reap() when the round
 * ends, some of it into the worker's store; conn_store_free() empties that. */
void conn_close(struct conn *conn, enum serve_counter why);
void conn_reap(struct conn *conn);
void conn_store_free(struct worker *worker);

/* Close such that the peer sees it was not the regular end. */
void conn_abort(struct conn *conn, enum serve_counter why);

/* Give the place up and linger on, as long as there are few of that kind: else
 * the first of them is closed. */
void conn_part(struct conn *conn);

/* The client. */
static inline const struct peer *conn_peer(struct conn *conn)
{
	if (!conn->peer.family)
		peer_remote(&conn->peer, conn->event.fd);
	return &conn->peer;
}

static inline struct conn *conn_of_timer(struct timer *timer)
{
	return (struct conn *)((char *)timer - offsetof(struct conn, timer));
}

#endif
