/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ANSWER_TEXT_H
#define ANSWER_TEXT_H

#include <stdint.h>

#include "map.h"

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
