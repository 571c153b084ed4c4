// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "http_easy.h"
#include "http_request.h"

static size_t line_take(char *line, size_t size, size_t count, void *arg)
{
	size_t len = size * count;

	return http_answer_line(arg, line, len) ? len : 0;
}

static size_t body_take(char *bytes, size_t size, size_t count, void *arg)
{
	size_t len = size * count;

	(void)bytes;
	return http_answer_body(arg, len) ? len : 0;
}

/* What is so for every request. Signals are for interrupt.h, names are looked up
 * by threads that nobody waits for. */
static void common_set(struct http_easy *http,
		       const struct http_options *options)
{
	long check = options->certificates;
	CURL *easy = http->easy;

	curl.easy_reset(easy);
	curl.easy_setopt(easy, CURLOPT_PRIVATE, http->owner);
	curl.easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl.easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl.easy_setopt(easy, CURLOPT_PROXY, "");
	curl.easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl.easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl.easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl.easy_setopt(easy, CURLOPT_USERAGENT, "detour/" DETOUR_VERSION);
	curl.easy_setopt(easy, CURLOPT_TIMEOUT, (long)options->timeout);
	curl.easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)options->timeout);
	curl.easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, check);
	curl.easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, check * 2);
	if (options->ca_file)
		curl.easy_setopt(easy, CURLOPT_CAINFO, options->ca_file);
	curl.easy_setopt(easy, CURLOPT_HEADERFUNCTION, line_take);
	curl.easy_setopt(easy, CURLOPT_HEADERDATA, &http->answer);
	curl.easy_setopt(easy, CURLOPT_WRITEFUNCTION, body_take);
	curl.easy_setopt(easy, CURLOPT_WRITEDATA, &http->answer);
}

static void method_set(CURL *easy, const char *method)
{
	if (!strcmp(method, "HEAD")) {
		curl.easy_setopt(easy, CURLOPT_NOBODY, 1L);
	} else if (!strcmp(method, "POST")) {
		curl.easy_setopt(easy, CURLOPT_POST, 1L);
		curl.easy_setopt(easy, CURLOPT_POSTFIELDS, "");
		curl.easy_setopt(easy, CURLOPT_POSTFIELDSIZE, 0L);
	}
}

static int field_add(struct curl_slist **list, const char *name,
		     const char *value)
{
	struct curl_slist *more = NULL;
	char *line;

	if (asprintf(&line, "%s%s", name, value) >= 0) {
		more = curl.slist_append(*list, line);
		free(line);
	}
	if (!more)
		return error_sys(-ENOMEM, "cannot ask a server");
	*list = more;
	return 0;
}

/* A field without a value is one that is not sent. */
static int fields_set(struct http_easy *http,
		      const struct http_request *request)
{
	int err = field_add(&http->fields, "Content-Type:", "");

	if (!err && request->host)
		err = field_add(&http->fields, "Host: ", request->host);
	if (!err && request->came_by_tls)
		err = field_add(&http->fields, "X-Forwarded-Proto: ", "https");
	if (!err)
		curl.easy_setopt(http->easy, CURLOPT_HTTPHEADER, http->fields);
	return err;
}

static int connect_set(struct http_easy *http,
		       const struct http_options *options)
{
	int err;

	if (!options->connect)
		return 0;
	err = field_add(&http->connect, "::", options->connect);
	if (!err)
		curl.easy_setopt(http->easy, CURLOPT_CONNECT_TO, http->connect);
	return err;
}

int http_easy_set(struct http_easy *http, const struct http_options *options,
		  const struct http_request *request)
{
	int err;

	common_set(http, options);
	method_set(http->easy, request->method);
	curl.easy_setopt(http->easy, CURLOPT_URL, request->origin);
	curl.easy_setopt(http->easy, CURLOPT_REQUEST_TARGET, request->target);
	err = fields_set(http, request);
	if (!err)
		err = connect_set(http, options);
	http_answer_begin(&http->answer);
	return err;
}

void http_easy_clear(struct http_easy *http)
{
	curl.slist_free_all(http->fields);
	curl.slist_free_all(http->connect);
	http->fields = http->connect = NULL;
}
