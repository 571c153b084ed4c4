// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "body.h"
#include "buffer.h"
#include "forward.h"
#include "forward_check.h"
#include "head.h"
#include "map_view.h"
#include "peer.h"
#include "request.h"
#include "response.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *what)
{
	fprintf(stderr, "fuzz_head: %s\n", what);
	abort();
}

/* A copy that ends where the bytes end, for ASan to watch over. */
static uint8_t *copy(const uint8_t *data, size_t size)
{
	uint8_t *bytes = calloc(1, size ? size : 1);

	if (!bytes)
		abort();
	if (size)
		memcpy(bytes, data, size);
	return bytes;
}

static int scan(struct head *head, const uint8_t *data, size_t size)
{
	uint8_t *bytes = copy(data, size);
	int result = head_scan(head, bytes, size);

	free(bytes);
	return result;
}

/* What a request is does not depend on how it arrives. */
static int check_cuts(struct head *whole, const uint8_t *data, size_t size)
{
	uint32_t max = LIMIT_HEAD / 8, target_max = max / 2;
	int result, piecewise = HEAD_MORE;
	struct head head;
	size_t n;

	head_init(whole, max, target_max);
	result = scan(whole, data, size);
	head_init(&head, max, target_max);
	for (n = 0; n <= size && piecewise == HEAD_MORE; n++)
		piecewise = scan(&head, data, n);
	if (piecewise != result)
		fail("another result byte by byte");
	if (result == HEAD_DONE && memcmp(whole, &head, sizeof(head)))
		fail("another head byte by byte");
	return result;
}

static void check_key(const struct head *head, const uint8_t *data)
{
	static struct map_key key;
	uint8_t *bytes = copy(data, head->len);
	uint32_t i, len;
	int status, by_tls;

	memset(&key, 0, sizeof(key));
	by_tls = request_key(&key, head, bytes, true);
	status = request_key(&key, head, bytes, false);
	free(bytes);
	if (by_tls != (status == 421 ? 0 : status))
		fail("another status by TLS");
	if (status && status != 400 && status != 414 && status != 421)
		fail("status");
	if (!status && head->flags & HEAD_SECURE)
		fail("https");
	if (status)
		return;
	if (key.host_len > LIMIT_HOST || (head->minor && !key.host_len))
		fail("host");
	len = key.path_len + key.has_query + key.query_len;
	if (len > LIMIT_PATH || (key.query_len && !key.has_query))
		fail("length");
	if (!key.path_len != !!(head->flags & HEAD_ASTERISK))
		fail("no path");
	if (key.path_len && key.path[0] != '/')
		fail("path");
	for (i = 0; i < len; i++)
		if (key.path[i] <= 0x20 || key.path[i] > 0x7e ||
		    strchr("\"#<>\\^`{|}", key.path[i]))
			fail("a byte that no URI has");
}

static bool key_same(const struct map_key *a, const struct map_key *b)
{
	return a->host_len == b->host_len && a->path_len == b->path_len &&
	       a->has_query == b->has_query && a->query_len == b->query_len &&
	       !memcmp(a->host, b->host, a->host_len) &&
	       !memcmp(a->path, b->path,
		       a->path_len + a->has_query + a->query_len);
}

/* What is passed on asks for the same, in one reading, and is known again. */
static void check_passed(const struct head *head, const struct map_key *key,
			 const struct buffer *out)
{
	static struct map_key passed_key;
	const uint32_t framing = HEAD_LENGTH | HEAD_CHUNKED | HEAD_CLOSE |
				 HEAD_KEEP_ALIVE | HEAD_GET | HEAD_HEAD;
	struct head passed;

	head_init(&passed, LIMIT_HEAD, LIMIT_REQUEST_TARGET);
	if (scan(&passed, out->data, buffer_len(out)) != HEAD_DONE ||
	    passed.len != buffer_len(out) ||
	    passed.flags & (HEAD_AMBIGUOUS | HEAD_ABSOLUTE))
		fail("passed on as no request");
	if ((passed.flags ^ head->flags) & framing ||
	    passed.length != head->length || passed.minor != head->minor ||
	    passed.method_len != head->method_len)
		fail("passed on as another request");
	if (forward_refuses("edge", &passed, out->data) != 508)
		fail("not known again");
	memset(&passed_key, 0, sizeof(passed_key));
	if (request_key(&passed_key, &passed, out->data, false))
		fail("passed on with another host");
	if (!(passed.flags & HEAD_ASTERISK) && !key_same(key, &passed_key))
		fail("passed on with another key");
}

static void check_forward(const struct head *head, const uint8_t *data)
{
	const struct forward_options options = {.via = "edge"};
	const struct peer peer = {.family = 0};
	const struct forward_client client = {&peer, head->len & 1};
	static struct map_key key;
	uint8_t *bytes = copy(data, head->len);
	struct buffer out = {.data = NULL};
	bool upgrade;
	int status = request_key(&key, head, bytes, client.https);

	if (!status)
		status = forward_refuses("edge", head, bytes);
	if (!status) {
		if (buffer_init(&out, 256) ||
		    forward_head(&out, &options, head, bytes, &client,
				 &upgrade))
			abort();
		check_passed(head, &key, &out);
		buffer_free(&out);
	}
	free(bytes);
}

static void check_body(const uint8_t *data, size_t size)
{
	struct body whole, body;
	ssize_t all, n = 1;
	size_t at = 0;
	uint8_t *bytes = copy(data, size);

	body_init(&whole, BODY_CHUNKED, 0);
	all = body_scan(&whole, bytes, size);
	free(bytes);
	body_init(&body, BODY_CHUNKED, 0);
	while (at < size && n == 1) {
		n = body_scan(&body, data + at, 1);
		at += n > 0;
	}
	if ((all < 0) != (n < 0) || (all >= 0 && (size_t)all != at) ||
	    (all >= 0 && body_done(&whole) != body_done(&body)))
		fail("another body byte by byte");
}

static void check_response(const uint8_t *data, size_t size)
{
	uint8_t *bytes = copy(data, size);
	struct body body;
	struct head head;
	int status = 0;

	head_init(&head, LIMIT_HEAD, 0);
	if (response_scan(&head, bytes, size, &status) == 1) {
		if (status < 100 || status > 999 || head.len > size)
			fail("response");
		response_body(&body, &head, status, false);
	}
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct head head;

	check_response(data, size);
	check_body(data, size);
	if (size > 4096 || check_cuts(&head, data, size) != HEAD_DONE)
		return 0;
	if (head.len > size)
		fail("longer than what is there");
	check_key(&head, data);
	check_forward(&head, data);
	check_body(data + head.len, size - head.len);
	return 0;
}

#include "fuzz_replay.h"
#include "forward_check.h"
