/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HTTP_EASY_H
#define HTTP_EASY_H

#include "curl_calls.h"
#include "http_answer.h"

struct http_options;
struct http_request;

/* One handle of libcurl, and what it needs while it is at work. */
struct http_easy {
	CURL *easy;
	void *owner; /* its CURLINFO_PRIVATE */
	struct curl_slist *fields, *connect;
	struct http_answer answer; /* is filled as it comes */
};

/* Set it to a request. Returns 0, or -ENOMEM with error_set(). */
int http_easy_set(struct http_easy *http, const struct http_options *options,
		  const struct http_request *request);

/* When the request has ended. */
void http_easy_clear(struct http_easy *http);

#endif
