/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BODY_H
#define BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "field.h"

/*
 * Where a message's body ends (RFC 9112 6.3), found while its bytes pass.
 * Chunked framing is taken strictly: lines end with CRLF, extensions and
 * trailers have their grammar, and a size fits the integers of old servers, so
 * that nobody can read it otherwise than the next server does.
 */
enum body_kind {
	BODY_NONE,
	BODY_LENGTH,  /* as many bytes as a length says */
	BODY_CHUNKED, /* RFC 9112 7.1, trailer section included */
	BODY_CLOSE,   /* all that comes until the connection ends */
};

enum {
	BODY_CHUNK_MAX = 0x7fffffff, /* a chunk's size */
	BODY_LINE_MAX = 4096,	     /* a chunk's size with its extensions */
	BODY_TRAILER_MAX = 16384,    /* the trailer section */
	/* All sizes and extensions together, beyond 16 bytes for each chunk
	 * and two for each byte in it. */
	BODY_EXCESS_MAX = 16384,
};

struct body {
	uint64_t left;	 /* of the length, or of the chunk */
	uint32_t line;	 /* bytes of the line or the trailer section so far */
	uint32_t excess; /* of sizes and extensions */
	uint8_t kind;
	uint8_t state;
	bool lenient; /* a response's: any size, blanks after it, any trailer */
	uint8_t name_len;
	uint8_t name[FIELD_NAME_MAX]; /* of the trailer */
};

/* Begin a body: of length bytes, if its kind has a length. */
void body_init(struct body *body, enum body_kind kind, uint64_t length);

/*
 * body_scan - pass bytes of the message
 *
 * Returns how many of them belong to the body, fewer than len only when it
 * ends there; -EBADMSG for broken chunked framing, among which are trailers
 * that speak of framing, of routing, or of the connection (RFC 9110 6.5.1).
 */
ssize_t body_scan(struct body *body, const uint8_t *buf, size_t len);

/* Whether the body has ended; never for BODY_CLOSE. */
bool body_done(const struct body *body);

#endif
