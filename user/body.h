/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BODY_H
#define BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Where a message's body ends (RFC 9112 6.3), found while its bytes pass.
 * Chunked framing is taken strictly: lines end with CRLF, so that nobody can
 * read them otherwise than the next server does.
 */
enum body_kind {
	BODY_NONE,
	BODY_LENGTH,  /* so many bytes */
	BODY_CHUNKED, /* RFC 9112 7.1, trailer section included */
	BODY_CLOSE,   /* all that comes until the connection ends */
};

enum {
	BODY_LINE_MAX = 4096,	  /* a chunk's size with its extensions */
	BODY_TRAILER_MAX = 16384, /* the trailer section */
};

struct body {
	uint64_t left; /* of the length, or of the chunk */
	uint32_t line; /* bytes of the line or the trailer section so far */
	uint8_t kind;
	uint8_t state;
};

void body_init(struct body *body, enum body_kind kind, uint64_t length);

/*
 * body_scan - pass bytes of the message
 *
 * Returns how many of them belong to the body, fewer than len only when it
 * ends there; -EBADMSG for broken chunked framing.
 */
ssize_t body_scan(struct body *body, const uint8_t *buf, size_t len);

/* Whether the body has ended; never for BODY_CLOSE. */
bool body_done(const struct body *body);

#endif
