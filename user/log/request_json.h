/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REQUEST_JSON_H
#define REQUEST_JSON_H

struct request_form;

/*
 * JSON objects, one a line. They have "host", "method", "uri", "status", and
 * perhaps "query" and "scheme"; or what Caddy writes: "request.host" and so on
 * within "request", which has "tls" where the request came by TLS. The fields
 * that were given take the place of these names; a dot in one leads into an
 * object. A URI may be a whole URL. One without a URI tells of no request.
 */
extern const struct request_form request_json;

#endif
