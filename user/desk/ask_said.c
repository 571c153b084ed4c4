// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "ask_said.h"
#include "head.h"
#include "limit.h"
#include "map_view.h"
#include "request.h"
#include "request_said.h"

/* A head as it is written. */
struct head_text {
	uint8_t byte[LIMIT_HEAD + 16];
	size_t len;
	bool bad, full;
};

static void put(struct head_text *text, const char *bytes, size_t len)
{
	text->full |= len > LIMIT_HEAD - text->len;
	if (text->full)
		return;
	memcpy(text->byte + text->len, bytes, len);
	text->len += len;
}

/* What has a blank or a control byte in it could be more than one part, and is
 * refused wherever it stands. */
static void put_part(struct head_text *text, struct format_piece part)
{
	size_t i;

	for (i = 0; i < part.len; i++)
		text->bad |= (unsigned char)part.text[i] <= ' ' ||
			     part.text[i] == 0x7f;
	put(text, part.text, part.len);
}

static void put_target(struct head_text *text, const struct request_said *said)
{
	if (said->target.len && *said->target.text == '?')
		put(text, "/", 1);
	put_part(text, said->target);
	if (!said->query.text)
		return;
	put(text, "?", 1);
	put_part(text, said->query);
}

static void head_make(struct head_text *text, const struct request_said *said)
{
	static const struct format_piece get = {"GET", 3};

	put_part(text, said->method.len ? said->method : get);
	put(text, " ", 1);
	put_target(text, said);
	put(text, " HTTP/1.1\r\nHost: ", sizeof(" HTTP/1.1\r\nHost: ") - 1);
	put_part(text, said->host);
	put(text, "\r\n\r\n", 4);
}

int ask_said(struct map_key *key, const struct request_said *said)
{
	static struct head_text text;
	struct head head;
	int result;

	text.len = text.bad = text.full = 0;
	head_make(&text, said);
	if (said->target.len + said->query.len > LIMIT_REQUEST_TARGET)
		return HEAD_TARGET_LONG;
	if (text.full)
		return HEAD_TOO_LARGE;
	if (text.bad)
		return HEAD_BAD_REQUEST;
	head_init(&head, LIMIT_HEAD, LIMIT_REQUEST_TARGET);
	result = head_scan(&head, text.byte, text.len);
	if (result != HEAD_DONE)
		return result == HEAD_MORE ? HEAD_BAD_REQUEST : result;
	result = request_key(key, &head, text.byte,
			     said->scheme == REQUEST_SCHEME_HTTPS);
	return !result && head.flags & HEAD_ASTERISK ? 404 : result;
}
