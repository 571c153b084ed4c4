/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include "http_answer.h"
#include "http_request.h"

/*
 * Many requests to servers that nobody has to trust, some at once, over
 * connections that are kept where the server keeps them; by libcurl. HTTP/1.1,
 * no proxy, no cookies; nothing follows a redirect.
 */
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
