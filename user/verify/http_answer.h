/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HTTP_ANSWER_H
#define HTTP_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What is kept of an answer: whatever a server sends, it is bounded.
 */
enum {
	HTTP_HEAD_MAX = 65536,	/* bytes of all its heads, 1xx too */
	HTTP_BODY_MAX = 262144, /* bytes that are read, and forgotten; then the
				 * connection is closed */
	HTTP_LOCATION_MAX = 20000,
};

struct http_answer {
	const char *failure;   /* why there is no whole answer, or NULL */
	bool silent;	       /* ... nobody was there, or none in time */
	int status;	       /* of the final head */
	unsigned int redirect; /* Location lines */
	/* The first one's value without blanks around it, as it came but for
	 * NUL, at which it ends; a blank for the end of a line that goes on (RFC
	 * 9112 5.2). */
	size_t location_len;
	char location[HTTP_LOCATION_MAX + 1];
	/* of who reads it */
	size_t head, body;
	bool head_begun, head_done;
	bool location_line; /* the line before has the first Location */
};

/* Begin with the answer to another request. */
void http_answer_begin(struct http_answer *answer);

/* Take a line of a head, or of a trailer, with its end. False: it is too much,
 * failure says so. */
bool http_answer_line(struct http_answer *answer, const char *line, size_t len);

/* Take bytes of the body. False: that is enough of it. */
bool http_answer_body(struct http_answer *answer, size_t len);

#endif
