// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "buffer.h"
#include "field.h"
#include "forward.h"
#include "forward_check.h"
#include "head.h"
#include "peer.h"

struct forward {
	struct buffer *out;
	const struct forward_options *options;
	const struct head *head;
	const uint8_t *data;
	struct forward_fields fields;
	int err;
};

static void put(struct forward *forward, const void *data, size_t len)
{
	if (!forward->err)
		forward->err = buffer_add(forward->out, data, len);
}

static void put_text(struct forward *forward, const char *text)
{
	put(forward, text, strlen(text));
}

static void put_line(struct forward *forward, const char *name,
		     const void *value, size_t len)
{
	put_text(forward, name);
	put(forward, ": ", 2);
	put(forward, value, len);
	put(forward, "\r\n", 2);
}

/* Path and query, or what stands for none (RFC 9112 3.2.4). */
static void put_target(struct forward *forward)
{
	const struct head *head = forward->head;

	if (!head->path_len && head->flags & HEAD_OPTIONS) {
		put(forward, "*", 1);
		return;
	}
	if (!head->path_len || forward->data[head->path] != '/')
		put(forward, "/", 1);
	put(forward, forward->data + head->path, head->path_len);
}

static void put_request(struct forward *forward)
{
	const struct head *head = forward->head;

	put(forward, forward->data + head->method, head->method_len);
	put(forward, " ", 1);
	put_target(forward);
	put_text(forward, head->minor ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n");
	if (head->flags & HEAD_ABSOLUTE)
		put_line(forward, "Host", forward->data + head->authority,
			 head->authority_len);
}

/* Whether Connection names a field: it is for us alone. */
static bool is_named(const struct forward *forward, const struct field *field)
{
	const struct forward_fields *fields = &forward->fields;
	unsigned int i;

	for (i = 0; i < fields->options; i++)
		if (fields->option[i].len == field->name_len &&
		    !strncasecmp((const char *)fields->option[i].at,
				 (const char *)field->name, field->name_len))
			return true;
	return false;
}

/* Whether a line goes on as it came. What decides on framing, routing and the
 * way so far does so whatever Connection names. */
static bool is_kept(const struct forward *forward, const struct field *field)
{
	switch (field_kind(field->name, field->name_len)) {
	case FIELD_OTHER:
		return !is_named(forward, field);
	case FIELD_HOST:
		return !(forward->head->flags & HEAD_ABSOLUTE);
	case FIELD_LENGTH:
	case FIELD_VIA:
		return true;
	case FIELD_MAX_FORWARDS:
		return !forward->fields.hops_count;
	case FIELD_UPGRADE:
		return forward->fields.upgrade;
	case FIELD_FORWARDED_FOR:
	case FIELD_FORWARDED_PROTO:
	case FIELD_MISSPELT_FORWARDED:
		return forward->options->mode == FORWARD_OFF;
	default:
		return false;
	}
}

static void put_fields(struct forward *forward)
{
	const uint8_t *at = forward_first(forward->head, forward->data);
	const uint8_t *end = forward_end(forward->head, forward->data);
	const uint8_t *line = at;
	struct field field;

	while (field_next(&field, &at, end)) {
		if (is_kept(forward, &field))
			put(forward, line, at - line);
		line = at;
	}
	if (forward->head->flags & HEAD_CHUNKED)
		put_text(forward, "Transfer-Encoding: chunked\r\n");
}

/* What we want of this connection is what the client wants of its own. */
static void put_connection(struct forward *forward)
{
	const char *close = "keep-alive";
	uint32_t flags = forward->head->flags;

	if (flags & HEAD_CLOSE)
		close = "close";
	else if (!(flags & HEAD_KEEP_ALIVE))
		close = NULL;
	if (!close && !forward->fields.upgrade)
		return;
	put_text(forward, "Connection: ");
	if (close)
		put_text(forward, close);
	if (close && forward->fields.upgrade)
		put(forward, ", ", 2);
	if (forward->fields.upgrade)
		put_text(forward, "upgrade");
	put(forward, "\r\n", 2);
}

/* The addresses that came, in one line: some servers look at one alone. */
static void put_addresses(struct forward *forward)
{
	const uint8_t *at = forward_first(forward->head, forward->data);
	const uint8_t *end = forward_end(forward->head, forward->data);
	struct field field;

	while (field_next(&field, &at, end)) {
		if (field_kind(field.name, field.name_len) !=
			    FIELD_FORWARDED_FOR ||
		    !field.value_len)
			continue;
		put(forward, field.value, field.value_len);
		put(forward, ", ", 2);
	}
}

static void put_client(struct forward *forward, const struct peer *peer)
{
	char text[INET6_ADDRSTRLEN] = "unknown";

	if (peer->family)
		inet_ntop(peer->family, peer->address, text, sizeof(text));
	put_text(forward, text);
}

static void put_forwarded(struct forward *forward,
			  const struct forward_client *client)
{
	put_text(forward, "X-Forwarded-For: ");
	if (forward->options->mode == FORWARD_APPEND &&
	    forward->fields.addresses)
		put_addresses(forward);
	put_client(forward, client->peer);
	put_text(forward, "\r\nX-Forwarded-Proto: ");
	put_text(forward, client->https ? "https\r\n" : "http\r\n");
}

static void put_hops(struct forward *forward)
{
	char text[24];
	int len;

	len = snprintf(text, sizeof(text), "%u", forward->fields.hops - 1);
	put_line(forward, "Max-Forwards", text, len);
}

int forward_head(struct buffer *out, const struct forward_options *options,
		 const struct head *head, const uint8_t *data,
		 const struct forward_client *client, bool *upgrade)
{
	struct forward forward = {
		.out = out,
		.options = options,
		.head = head,
		.data = data,
	};

	forward_look(&forward.fields, head, data);
	put_request(&forward);
	put_fields(&forward);
	if (forward.fields.hops_count)
		put_hops(&forward);
	put_connection(&forward);
	put_text(&forward, head->minor ? "Via: 1.1 " : "Via: 1.0 ");
	put_text(&forward, options->via);
	put(&forward, "\r\n", 2);
	if (options->mode != FORWARD_OFF)
		put_forwarded(&forward, client);
	put(&forward, "\r\n", 2);
	*upgrade = forward.fields.upgrade;
	return forward.err;
}
