/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "http_answer.h"

/*
 * Many requests to servers that nobody has to trust, some at once, over
 * connections that are kept where the server keeps them; by libcurl. HTTP/1.1,
 * no proxy, no cookies; nothing follows a redirect.
 */
struct http_options {
	const char *connect;  /* ADDR:PORT that all requests go to; NULL: where
			      * their origins say */
	unsigned int slots;   /* requests at once, and connections */
	unsigned int timeout; /* seconds for each, from its connect on */
	uint64_t rate;	      /* requests that begin in a second; 0: no limit */
	bool certificates;    /* those of TLS are checked */
	const char *ca_file;  /* ... by these, or NULL: by the system's */
};

enum { HTTP_SLOTS_MAX = 256 };

/* What is sent: METHOD TARGET HTTP/1.1, and Host, byte for byte as given. */
struct http_request {
	const char *method; /* GET, HEAD, or POST with an empty body */
	const char *origin; /* http://HOST[:PORT] or https://..., whose host is
			     * named to TLS */
	const char *host;   /* NULL: the origin's */
	const char *target;
	bool came_by_tls; /* it says so in X-Forwarded-Proto */
};

struct http_work {
	/* The next request of a slot that is free: 1; 0 when there is none for
	 * now, and none at all when no slot is at work; or -errno with
	 * error_set(). It is valid until done(). */
	int (*next)(void *arg, unsigned int slot, struct http_request *request);
	/* What came of it; the slot is free then. Returns 0 or -errno with
	 * error_set(). */
	int (*done)(void *arg, unsigned int slot,
		    const struct http_answer *answer);
	void *arg;
};

/* Send requests until there are no more. Returns 0; -EINTR with error_set() if
 * a signal came (interrupt.h); or another -errno with error_set(). */
int http_client_run(const struct http_options *options,
		    const struct http_work *work);

#endif
