/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_TAP_RECORD_H
#define FAST_TAP_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "tap.h"

/* A text or a frame; not terminated, and with any bytes in it. */
struct fast_tap_part {
	const uint8_t *data;
	size_t len;
};

/* A record as a program has told it; parts are its memory. */
struct fast_tap_record {
	struct tap_record told;
	struct fast_tap_part frame, data;
	struct fast_tap_part location; /* empty: there is none */
};

/* fast_tap_record_read - take a record apart: 0, or -EBADMSG, without
 * error_set(), for what is none, whatever it says of its parts. What is behind it
 * is not looked at. */
int fast_tap_record_read(struct fast_tap_record *record, const void *data,
			 size_t len);

struct map_key;

/*
 * fast_tap_request_read - what a request asks for
 * @key:    receives host, path and query in normal form
 * @method: receives its place in the data
 *
 * Returns 0, or -EBADMSG, without error_set(), for what the fast path would not
 * have told of.
 */
int fast_tap_request_read(struct map_key *key, struct fast_tap_part *method,
			  const struct fast_tap_part *data);

#endif
