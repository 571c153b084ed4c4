/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ANSWER_RECORD_H
#define ANSWER_RECORD_H

#include <stddef.h>
#include <stdint.h>

/*
 * What became of a request, as a server tells it to who writes it down or
 * shows it: a struct and its texts behind it, which are the bytes that came,
 * whatever they are. One that is longer than its room is cut.
 */

enum answer_text {
	ANSWER_LINE,	 /* the request line */
	ANSWER_HOST,	 /* in normal form; of a bad request as it came */
	ANSWER_REFERER,	 /* the field's value */
	ANSWER_AGENT,	 /* ... of User-Agent */
	ANSWER_SOURCE,	 /* of the rule that won, as it is printed */
	ANSWER_LOCATION, /* of an answer of a rule */
	ANSWER_TEXTS,
};

enum {
	ANSWER_LINE_MAX = 8192,
	ANSWER_HOST_MAX = 256,
	ANSWER_REFERER_MAX = 2048,
	ANSWER_AGENT_MAX = 1024,
	ANSWER_SOURCE_MAX = 8264, /* any source */
	ANSWER_LOCATION_MAX = 2048,
};

enum answer_flag {
	ANSWER_HTTPS = 1,     /* it came by TLS as far as somebody in front */
	ANSWER_MISS = 2,      /* it was looked up, and no rule matches */
	ANSWER_FALLBACK = 4,  /* it was for the fallback, whoever answered */
	ANSWER_RULE = 8,      /* a rule's answer */
	ANSWER_PLAIN = 16,    /* GET or HEAD */
	ANSWER_CUT_BIT = 256, /* 1 << text for each that is cut */
};

struct answer_record {
	uint32_t size;	  /* with the texts, a multiple of 8 */
	uint16_t status;  /* as sent; 499: the client was gone before */
	uint16_t flags;	  /* enum answer_flag */
	uint64_t number;  /* of its ring, from 0: what is missed leaves a gap */
	uint64_t time;	  /* Unix time in milliseconds, of the worker's round */
	uint64_t bytes;	  /* of the body, chunks' framing included */
	uint64_t release; /* that was live; 0: none */
	uint8_t family;	  /* of the client: AF_INET, AF_INET6, 0: unknown */
	uint8_t pad;
	uint16_t port; /* its port */
	uint16_t len[ANSWER_TEXTS];
	/* Of the request line, as far as it was understood. */
	uint16_t method_len;
	uint16_t target_at;
	uint16_t target_len; /* 0: unknown */
	uint16_t pad2;
	uint8_t address[16]; /* the client's, 4 or 16 bytes */
};

_Static_assert(sizeof(struct answer_record) == 80, "as others read it");

enum {
	ANSWER_RECORD_MAX = sizeof(struct answer_record) + ANSWER_LINE_MAX +
			    ANSWER_HOST_MAX + ANSWER_REFERER_MAX +
			    ANSWER_AGENT_MAX + ANSWER_SOURCE_MAX +
			    ANSWER_LOCATION_MAX,
};

_Static_assert(ANSWER_RECORD_MAX % 8 == 0, "records are aligned");

/* Begin a record: all zero, without texts. */
void answer_record_init(struct answer_record *record);

/*
 * answer_record_put - add a text, in the order of enum answer_text
 *
 * The record has ANSWER_RECORD_MAX bytes of room; the text may be NULL with length
 * 0. Its size is right after each.
 */
void answer_record_put(struct answer_record *record, enum answer_text which,
		       const void *text, size_t len);

/* A text of it: len bytes, not terminated. */
const char *answer_record_text(const struct answer_record *record,
			       enum answer_text which, size_t *len);

/* Whether a record of size bytes that came from elsewhere holds together. */
int answer_record_sound(const struct answer_record *record, size_t size);

#endif
