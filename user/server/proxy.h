/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROXY_H
#define PROXY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"
#include "body.h"
#include "buffer.h"
#include "event.h"
#include "fallback_set.h"
#include "head.h"

struct answer_record;
struct conn;
struct worker;

enum {
	PROXY_BUFFER = 65536, /* bytes in flight in each direction */
};

enum proxy_stage {
	PROXY_CONNECT,
	PROXY_HEAD,   /* waiting for the response's head */
	PROXY_BODY,   /* passing the rest of the response on */
	PROXY_TUNNEL, /* 101: passing everything on */
};

/* What a step comes to: the request goes on; or ends, since the response is
 * with the client, since the client is gone, or with the status of an answer in
 * the fallback's stead. Where a response has begun, the connection ends. */
enum proxy_result {
	PROXY_ON,
	PROXY_GONE,
	PROXY_DONE,
	PROXY_BAD_REQUEST = 400,
	PROXY_TIMEOUT = 408,
	PROXY_BAD_GATEWAY = 502,
	PROXY_GATEWAY_TIMEOUT = 504,
};

/*
 * One request on its way to the fallback, and its response back: byte for byte,
 * but for the request's head. Their framing is followed, so that the client's
 * next request is found.
 */
struct proxy {
	struct event event; /* the connection to the fallback */
	struct conn *conn;
	struct worker *worker;
	struct fallback_set to; /* the fallback's addresses */
	size_t address;		/* number of the next to try */
	enum proxy_stage stage;
	struct buffer up;   /* to the fallback */
	struct buffer down; /* to the client */
	size_t ready;	    /* bytes of down that may go */
	struct body request;
	struct body response;
	struct head head;	      /* of the response */
	struct answer_record *record; /* to be told at the end, or NULL */
	int status;		 /* of the final response, once it has begun */
	uint64_t passed;	 /* bytes that went to the client ... */
	uint64_t heads;		 /* ... heads among them */
	enum answer_close close; /* what becomes of the client's connection */
	bool to_head;		 /* it answers HEAD */
	bool to_http_10;	 /* ... a client of HTTP/1.0 */
	bool upgrade;		 /* 101 may be an answer to it */
	bool keep;		 /* the client, if the response allows it */
	bool has_body;		 /* the request */
	bool begun;		 /* the final response's head is there */
	bool sent;		 /* bytes of a response went to the client */
	bool moved;		 /* bytes moved in this turn */
	bool up_failed;		 /* the fallback takes no more */
	bool up_ended;		 /* the end of the request was sent to it */
	bool down_ended;	 /* the fallback sends no more */
	bool client_ended;
	struct proxy *next; /* of the dead */
};

/* One with nothing open yet, or NULL: no memory. */
struct proxy *proxy_new(struct worker *worker);

/* The bytes of the response's body that went to the client. */
static inline uint64_t proxy_bytes(const struct proxy *proxy)
{
	return proxy->passed > proxy->heads ? proxy->passed - proxy->heads : 0;
}

/* Close it; the memory goes with proxy_reap(). Accepts NULL. */
void proxy_free(struct proxy *proxy);
void proxy_reap(struct proxy *proxy);

#endif
