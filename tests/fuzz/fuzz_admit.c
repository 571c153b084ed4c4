// SPDX-License-Identifier: BSD-2-Clause
/* Which requests detour web answers: an Authorization field, a line end, Host. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "web_admit.h"
#include "web_options.h"
#include "web_token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char secret[] = "sesame-sesame-42", name[] = "edge.example";

/* What libmicrohttpd would have of a request. */
static struct {
	char *text;
	size_t len;
} authorization, host;

static enum MHD_Result field_give(struct MHD_Connection *connection,
				  enum MHD_ValueKind kind, const char *key,
				  size_t key_len, const char **value,
				  size_t *len)
{
	bool is_host = key_len == 4;

	(void)connection;
	(void)kind;
	(void)key;
	*value = is_host ? host.text : authorization.text;
	*len = is_host ? host.len : authorization.len;
	return MHD_YES;
}

static void fail(const char *what)
{
	fprintf(stderr, "fuzz_admit: %s: '%.*s', '%.*s'\n", what,
		(int)authorization.len, authorization.text, (int)host.len,
		host.text);
	abort();
}

/* In memory that ends with it, and a NUL as the library's. */
static char *copy(const uint8_t *data, size_t len)
{
	char *text = malloc(len + 1);

	if (!text)
		abort();
	memcpy(text, data, len);
	text[len] = '\0';
	return text;
}

static const struct web_refusal *ask(const struct web_options *options,
				     const struct web_token *token)
{
	struct web_admit admit;

	web_admit_set(&admit, options, token);
	return web_admit(&admit, NULL, "/metrics", "GET");
}

/* Whether a field has a text, in either case. */
static bool has(const char *text, size_t len, const char *part)
{
	size_t part_len = strlen(part), i;

	for (i = 0; i + part_len <= len; i++)
		if (!strncasecmp(text + i, part, part_len))
			return true;
	return false;
}

static void check(void)
{
	struct web_options options = {.hosts = {name}, .host_count = 1};
	struct web_token token = {.len = 0},
			 wanted = {.len = sizeof(secret) - 1};
	bool by_token, by_host;

	if (web_listen_parse(&options.listen, "127.0.0.1:0"))
		abort();
	memcpy(wanted.text, secret, sizeof(secret));
	by_token = !ask(&options, &wanted);
	by_host = !ask(&options, &token);
	if (by_token && (authorization.len != 7 + wanted.len ||
			 memcmp(authorization.text + 7, secret, wanted.len)))
		fail("admitted without the token");
	if (by_host && !has(host.text, host.len, name) &&
	    !has(host.text, host.len, "localhost") &&
	    !memchr(host.text, ':', host.len) &&
	    strcspn(host.text, "0123456789") == host.len)
		fail("admitted by another name");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\n', size);
	size_t len = end ? (size_t)(end - data) : size;

	mhd.lookup_connection_value_n = field_give;
	authorization.text = copy(data, authorization.len = len);
	host.len = end ? size - len - 1 : 0;
	host.text = copy(data + size - host.len, host.len);
	check();
	free(host.text);
	free(authorization.text);
	return 0;
}

#include "fuzz_replay.h"
