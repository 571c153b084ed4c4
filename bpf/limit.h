/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef LIMIT_H
#define LIMIT_H

/*
 * The limits that rules, requests and the map agree on, in bytes unless said
 * otherwise. A rule beyond a limit is refused when it is read, so that no
 * request can meet one.
 */
enum {
	LIMIT_LABEL = 63,    /* a host's label (RFC 1035 2.3.4) */
	LIMIT_HOST = 253,    /* a host name without the final dot */
	LIMIT_PATH = 8000,   /* path, '?' and query in normal form, together */
	LIMIT_TARGET = 8000, /* a rule's target as it is stored */
	LIMIT_TAG = 64,	     /* a rule's tag */
	LIMIT_NOTE = 256,    /* a rule's note */
	LIMIT_HEADERS = 4,   /* header fields that a rule's answers get */
	LIMIT_HEADER = 256,  /* one of them, "NAME: VALUE" */
	LIMIT_HEADER_BYTES = LIMIT_HEADERS * (LIMIT_HEADER + 2), /* as sent */
	LIMIT_REQUEST_TARGET = 8000, /* RFC 9110 4.1 asks for 8,000 */
	LIMIT_HEAD = 16384,	     /* request line and header section */
	LIMIT_LINE = 65536,	     /* a line of a rules or CSV file */
	LIMIT_MAX_AGE = 2147483647,  /* seconds; RFC 9111 1.2.2 */
};

/* What a lookup may cost in the fast path, in probes: a key that is hashed is
 * one, and one more for each so many bytes of it. */
enum {
	LIMIT_COST = 256,
	LIMIT_COST_BYTES = 64,
};

/* Of patterns, and of the captures of one. */
enum {
	LIMIT_PATTERNS = 256,  /* of a host */
	LIMIT_CAPTURES = 2000, /* each has 4 bytes or more of LIMIT_PATH */
	LIMIT_DIGITS = 64,     /* {name:digits} between two slashes */
};

#endif
