/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ANSWER_TEXT_H
#define ANSWER_TEXT_H

#include <stdint.h>

#include "map.h"

/* What becomes of the connection after an answer, as its head says it. */
enum answer_close {
	ANSWER_KEEP,	/* stays open, HTTP/1.1: nothing to say */
	ANSWER_KEEP_10, /* stays open, HTTP/1.0: Connection: keep-alive */
	ANSWER_CLOSE,	/* Connection: close */
};

/* The bytes of a Date value (IMF-fixdate, RFC 9110 5.6.7). */
#define ANSWER_DATE 29

/* The reason phrase of a status code that detour answers with (RFC 9110 15),
 * or NULL for another code. */
const char *answer_reason(int code);

/*
 * answer_prebuild - write the fixed parts of an answer
 * @location: whether the head ends before a Location's value
 * @max_age:  seconds; 0 is no-store
 *
 * Fields in this order: Date, Allow (405 only), Location, Cache-Control,
 * Content-Length: 0, Connection.
 */
void answer_prebuild(struct map_answer *answer, uint16_t code, int location,
		     uint32_t max_age);

#endif
