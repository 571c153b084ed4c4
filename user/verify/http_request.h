/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

/* How servers are asked. */
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

#endif
