/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REQUEST_FIELDS_H
#define REQUEST_FIELDS_H

#include "format_head.h"

/* What is known of a request by the names of a log's fields. */
enum request_field {
	REQUEST_HOST,
	REQUEST_METHOD,
	REQUEST_URI,
	REQUEST_QUERY, /* where the URI is without */
	REQUEST_STATUS,
	REQUEST_SCHEME,
	REQUEST_LINE, /* "GET /a HTTP/1.1" */
	REQUEST_FIELDS,
};

/* The names that were given: pieces of length 0 where none was. */
struct request_fields {
	struct format_piece name[REQUEST_FIELDS];
};

/*
 * request_fields_take - read "host=KEY,method=KEY,..."
 *
 * What is known is "host", "method", "uri", "query", "status", "scheme" and
 * "request", each once; a KEY has no comma. The names are pieces of the text.
 * Returns 0, or -EINVAL with error_set().
 */
int request_fields_take(struct request_fields *fields, const char *text);

#endif
