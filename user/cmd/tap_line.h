/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TAP_LINE_H
#define TAP_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A text of a request or an answer: any bytes, not terminated. */
struct tap_text {
	const char *text;
	size_t len; /* 0: there is none */
};

/* An answer, whoever has given it, for those that print it. */
struct tap_line {
	int64_t time;		   /* Unix time in milliseconds */
	const char *responder;	   /* "fast" or "serve" */
	struct tap_text interface; /* a server does not know it */
	const uint8_t *address;	   /* the client's, as IPv6; NULL: left out */
	unsigned int port;
	struct tap_text method, host, target, location;
	struct tap_text source; /* of the rule; empty: none, or not known */
	unsigned int code;	/* 0: another server's to say */
	uint64_t release;	/* 0: not known */
	bool miss;		/* no rule matches */
};

/* What is not to be shown. */
struct tap_without {
	bool query, address;
};

/* Take off what is not to be shown: of texts the query, Location's too. */
void tap_line_leave_out(struct tap_line *line,
			const struct tap_without *without);

/*
 * tap_line_print - one line for people
 *
 * Fields with a blank between them, "-" for what there is not; of what came from
 * outside all but printable ASCII, and blanks and backslashes, as \xNN.
 */
void tap_line_print(FILE *out, const struct tap_line *line);

/* The same as a JSON object on a line, with the names of an access log's
 * (access_line.h); bytes that are no UTF-8 become the text \xHH, and what is not
 * ASCII is escaped. 0 or -errno with error_set(). */
int tap_line_json(FILE *out, const struct tap_line *line);

#endif
