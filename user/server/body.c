// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>

#include "body.h"
#include "head.h"

enum body_state {
	BODY_SIZE_FIRST, /* a digit must come */
	BODY_SIZE,
	BODY_SIZE_BLANK,      /* after a size or an extension: ';' must come */
	BODY_EXTENSION_FIRST, /* blanks, then a name must come */
	BODY_EXTENSION,
	BODY_EXTENSION_BLANK, /* after a name: '=' or ';' must come */
	BODY_VALUE_FIRST,     /* blanks, then a token or a quote must come */
	BODY_VALUE,
	BODY_QUOTED,
	BODY_QUOTED_PAIR,
	BODY_QUOTED_END,
	BODY_SIZE_LF,
	BODY_DATA,
	BODY_DATA_CR,
	BODY_DATA_LF,
	BODY_TRAILER, /* at the start of a line */
	BODY_TRAILER_NAME,
	BODY_TRAILER_VALUE,
	BODY_TRAILER_LF,
	BODY_LAST_LF,
	BODY_ENDED,
};

void body_init(struct body *body, enum body_kind kind, uint64_t length)
{
	*body = (struct body){
		.left = kind == BODY_LENGTH ? length : 0,
		.kind = kind,
		.state = BODY_SIZE_FIRST,
	};
}

bool body_done(const struct body *body)
{
	switch (body->kind) {
	case BODY_NONE:
		return true;
	case BODY_LENGTH:
		return !body->left;
	case BODY_CHUNKED:
		return body->state == BODY_ENDED;
	}
	return false;
}

static size_t body_skip(struct body *body, size_t len)
{
	size_t n = len < body->left ? len : body->left;

	body->left -= n;
	return n;
}

static int body_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* The state after a byte that follows a size, or a whole extension. */
static int body_size_end(const struct body *body, uint8_t c)
{
	if (c == ';')
		return BODY_EXTENSION_FIRST;
	if (is_blank(c))
		return BODY_SIZE_BLANK;
	if (c != '\r')
		return -EBADMSG;
	return body->state != BODY_SIZE_BLANK || body->lenient ? BODY_SIZE_LF
							       : -EBADMSG;
}

static int body_size(struct body *body, uint8_t c)
{
	uint64_t max = body->lenient ? INT64_MAX : BODY_CHUNK_MAX;
	int digit = body_digit(c);

	if (digit >= 0) {
		if (body->left > max >> 4)
			return -EBADMSG;
		body->left = body->left << 4 | (unsigned int)digit;
		return BODY_SIZE;
	}
	if (body->state == BODY_SIZE_FIRST)
		return -EBADMSG;
	return body_size_end(body, c);
}

/* The state after a byte of a text that a CR ends. */
static int body_text(uint8_t c, int same, int end)
{
	if (c == '\r')
		return end;
	return (c < 0x20 && c != '\t') || c == 0x7f ? -EBADMSG : same;
}

/* The same in an extension's name or what follows it (RFC 9112 7.1.1). */
static int body_extension(const struct body *body, uint8_t c)
{
	bool first = body->state == BODY_EXTENSION_FIRST;

	if (head_token[c] && body->state != BODY_EXTENSION_BLANK)
		return BODY_EXTENSION;
	if (is_blank(c))
		return first ? BODY_EXTENSION_FIRST : BODY_EXTENSION_BLANK;
	if (first)
		return -EBADMSG;
	if (c == '=')
		return BODY_VALUE_FIRST;
	if (c == '\r' && body->state == BODY_EXTENSION_BLANK)
		return body->lenient ? BODY_SIZE_LF : -EBADMSG;
	return body_size_end(body, c);
}

/* The same in an extension's value. */
static int body_value(const struct body *body, uint8_t c)
{
	switch (body->state) {
	case BODY_QUOTED_PAIR:
		return body_text(c, BODY_QUOTED, -EBADMSG);
	case BODY_QUOTED:
		if (c == '"')
			return BODY_QUOTED_END;
		return body_text(c, c == '\\' ? BODY_QUOTED_PAIR : BODY_QUOTED,
				 -EBADMSG);
	case BODY_VALUE_FIRST:
		if (c == '"')
			return BODY_QUOTED;
		if (is_blank(c))
			return BODY_VALUE_FIRST;
		return head_token[c] ? BODY_VALUE : -EBADMSG;
	}
	if (head_token[c] && body->state == BODY_VALUE)
		return BODY_VALUE;
	return body_size_end(body, c);
}

/* A trailer that may change what the message is, or where it goes, is none. */
static int body_trailer_end(struct body *body)
{
	enum field_kind kind = FIELD_OTHER;

	if (!body->name_len)
		return -EBADMSG;
	if (body->name_len < FIELD_NAME_MAX && !body->lenient)
		kind = field_kind(body->name, body->name_len);
	body->name_len = 0;
	return kind == FIELD_OTHER ? BODY_TRAILER_VALUE : -EBADMSG;
}

/* The state after a byte of a trailer's name, or of the end. */
static int body_trailer(struct body *body, uint8_t c)
{
	if (c == '\r' && body->state == BODY_TRAILER)
		return BODY_LAST_LF;
	if (c == ':')
		return body_trailer_end(body);
	if (!head_token[c])
		return -EBADMSG;
	if (body->name_len < FIELD_NAME_MAX)
		body->name[body->name_len++] = c;
	return BODY_TRAILER_NAME;
}

/* A size's line has ended: whether there is too much of them. */
static int body_chunk(struct body *body)
{
	uint64_t data =
		body->left < BODY_CHUNK_MAX ? body->left : BODY_CHUNK_MAX;
	uint64_t room = 16 + 2 * data;

	body->excess += body->line;
	body->excess = body->excess > room ? body->excess - room : 0;
	body->line = 0;
	if (body->excess > BODY_EXCESS_MAX)
		return -EBADMSG;
	return body->left ? BODY_DATA : BODY_TRAILER;
}

static int body_expect(uint8_t c, uint8_t want, int next)
{
	return c == want ? next : -EBADMSG;
}

/* The state after one byte of framing, or -EBADMSG. */
static int body_step(struct body *body, uint8_t c)
{
	switch (body->state) {
	case BODY_SIZE_FIRST:
	case BODY_SIZE:
		return body_size(body, c);
	case BODY_SIZE_BLANK:
		return body_size_end(body, c);
	case BODY_EXTENSION_FIRST:
	case BODY_EXTENSION:
	case BODY_EXTENSION_BLANK:
		return body_extension(body, c);
	case BODY_VALUE_FIRST:
	case BODY_VALUE:
	case BODY_QUOTED:
	case BODY_QUOTED_PAIR:
	case BODY_QUOTED_END:
		return body_value(body, c);
	case BODY_SIZE_LF:
		return c == '\n' ? body_chunk(body) : -EBADMSG;
	case BODY_DATA_CR:
		return body_expect(c, '\r', BODY_DATA_LF);
	case BODY_DATA_LF:
		body->line = 0;
		return body_expect(c, '\n', BODY_SIZE_FIRST);
	case BODY_TRAILER:
	case BODY_TRAILER_NAME:
		return body_trailer(body, c);
	case BODY_TRAILER_VALUE:
		return body_text(c, BODY_TRAILER_VALUE, BODY_TRAILER_LF);
	case BODY_TRAILER_LF:
		return body_expect(c, '\n', BODY_TRAILER);
	case BODY_LAST_LF:
		return body_expect(c, '\n', BODY_ENDED);
	}
	return -EBADMSG;
}

static uint32_t body_line_max(const struct body *body)
{
	return body->state >= BODY_TRAILER ? BODY_TRAILER_MAX : BODY_LINE_MAX;
}

static ssize_t body_chunked(struct body *body, const uint8_t *buf, size_t len)
{
	size_t at = 0;

	while (at < len && body->state != BODY_ENDED) {
		int next;

		if (body->state == BODY_DATA) {
			at += body_skip(body, len - at);
			if (!body->left)
				body->state = BODY_DATA_CR;
			continue;
		}
		next = body_step(body, buf[at++]);
		if (next < 0 || ++body->line > body_line_max(body))
			return -EBADMSG;
		body->state = next;
	}
	return at;
}

ssize_t body_scan(struct body *body, const uint8_t *buf, size_t len)
{
	switch (body->kind) {
	case BODY_LENGTH:
		return body_skip(body, len);
	case BODY_CHUNKED:
		return body_chunked(body, buf, len);
	case BODY_CLOSE:
		return len;
	}
	return 0;
}
