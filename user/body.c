// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>

#include "body.h"

enum body_state {
	BODY_SIZE_FIRST, /* a digit must come */
	BODY_SIZE,
	BODY_EXTENSION,
	BODY_SIZE_LF,
	BODY_DATA,
	BODY_DATA_CR,
	BODY_DATA_LF,
	BODY_TRAILER, /* at the start of a line */
	BODY_TRAILER_LINE,
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

static int body_size(struct body *body, uint8_t c)
{
	int digit = body_digit(c);

	if (digit >= 0) {
		if (body->left >> 59)
			return -EBADMSG;
		body->left = body->left << 4 | (unsigned int)digit;
		return BODY_SIZE;
	}
	if (body->state == BODY_SIZE_FIRST)
		return -EBADMSG;
	if (c == '\r')
		return BODY_SIZE_LF;
	return c == ';' || c == ' ' || c == '\t' ? BODY_EXTENSION : -EBADMSG;
}

/* The state behind a byte of text that a CR ends. */
static int body_text(uint8_t c, int same, int end)
{
	if (c == '\r')
		return end;
	return (c < 0x20 && c != '\t') || c == 0x7f ? -EBADMSG : same;
}

static int body_expect(uint8_t c, uint8_t want, int next)
{
	return c == want ? next : -EBADMSG;
}

/* The state behind one byte of framing, or -EBADMSG. */
static int body_step(struct body *body, uint8_t c)
{
	int data = body->left ? BODY_DATA : BODY_TRAILER;

	switch (body->state) {
	case BODY_SIZE_FIRST:
	case BODY_SIZE:
		return body_size(body, c);
	case BODY_EXTENSION:
		return body_text(c, BODY_EXTENSION, BODY_SIZE_LF);
	case BODY_SIZE_LF:
		body->line = 0;
		return body_expect(c, '\n', data);
	case BODY_DATA_CR:
		return body_expect(c, '\r', BODY_DATA_LF);
	case BODY_DATA_LF:
		body->line = 0;
		return body_expect(c, '\n', BODY_SIZE_FIRST);
	case BODY_TRAILER:
		return body_text(c, BODY_TRAILER_LINE, BODY_LAST_LF);
	case BODY_TRAILER_LINE:
		return body_text(c, BODY_TRAILER_LINE, BODY_TRAILER_LF);
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
