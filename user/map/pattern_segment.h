/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PATTERN_SEGMENT_H
#define PATTERN_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pattern_search.h"

/* Bytes of a path, from at up to end. */
struct pattern_span {
	uint16_t at, end;
};

/* What stands between two slashes of a pattern and of a path (pattern_match.h):
 * they pair one to one. */
struct pattern_segment {
	const uint8_t *pattern; /* no PATTERN_REST in it */
	size_t pattern_len;
	struct pattern_text text;
	size_t at;		    /* of the text in the path */
	struct pattern_span *spans; /* receives those of the captures, which are
				     * relative to the path */
	uint16_t captures;	    /* is filled: how many they are */
	bool open;		    /* its end may lie before the text's */
};

/* Match one with the other. Returns where the match ends, which is the text's
 * end if it is not open; -1 when there is none. */
int pattern_segment_match(struct pattern_segment *segment);

#endif
