/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONN_H
#define CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"
#include "body.h"
#include "event.h"
#include "head.h"
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
	struct timer timer; /* set, once the first read has found no end */
	struct proxy *proxy;
	struct body body;
	uint64_t left;	   /* bytes that may still be read and thrown away */
	uint64_t until;	   /* when reading them ends, whatever still comes */
	bool parted;	   /* another connection has its place already */
	struct conn *next; /* of the dead, and of those to be used again */
};

/* Take an accepted socket, for which the worker has taken a place, and at once
 * what its client has sent. */
void conn_open(struct worker *worker, int fd);

/* Close at once, and count why. The memory goes with conn_reap() when the round
 * ends, some of it into the worker's store; conn_store_free() empties that. */
void conn_close(struct conn *conn, enum serve_counter why);
void conn_reap(struct conn *conn);
void conn_store_free(struct worker *worker);

/* Close such that the peer sees it was not the regular end. */
void conn_abort(struct conn *conn, enum serve_counter why);

/* The timer is due. */
void conn_expire(struct conn *conn);

/* Since when, in milliseconds, it has waited for the client. */
uint64_t conn_since(const struct conn *conn);

/*
 * conn_yield - give the place of one that waits to a new connection
 *
 * A request that has come meanwhile is taken, and then it keeps its place. Else
 * the connection ends in stages (RFC 9112 9.6): it is lingered on without a
 * place, as long as there are few of that kind. Whether the place is free.
 */
bool conn_yield(struct conn *conn);

/* The server stops: close it if it is idle and has sent nothing more. */
void conn_stop(struct conn *conn);

/* The proxy is done with the request; a status other than 0 is to be answered
 * in its stead. */
void conn_resume(struct conn *conn, int status, enum answer_close close);

static inline struct conn *conn_of_timer(struct timer *timer)
{
	return (struct conn *)((char *)timer - offsetof(struct conn, timer));
}

/* Go on after a turn: by closing, or by waiting for what is needed next; but
 * not before what is queued is sent. */
void conn_settle(struct conn *conn);

#endif
