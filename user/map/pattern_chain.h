/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PATTERN_CHAIN_H
#define PATTERN_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limit.h"
#include "pattern_search.h"

/*
 * A chain: literals of a compiled segment with {name:digits} between them. They
 * are tied together, so that not every place of one leaves places for the
 * others.
 */

/* A set of offsets of a text; those from low to high are in it that in says. */
struct pattern_places {
	size_t low, high;
	bool any;
	bool in[LIMIT_PATH + 1];
};

/* What finding a chain's end needs memory for. */
struct pattern_chain {
	struct pattern_search search;
	struct pattern_places places[2];
};

static inline bool pattern_is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* Where the literal ends that begins at an offset of a pattern. */
size_t pattern_literal_end(const uint8_t *pattern, size_t len, size_t from);

/*
 * pattern_chain_end - where a chain may end at the latest
 * @pattern: the segment's; the chain is what stands from one of its offsets up
 *           to another
 * @bound:   of the text, where it has to end at the latest
 *
 * Its first literal stands at the text's start if it is the segment's, else
 * anywhere. Returns the offset of the text, or -1 when the chain stands
 * nowhere.
 */
int pattern_chain_end(struct pattern_chain *chain,
		      const struct pattern_text *text, const uint8_t *pattern,
		      size_t from, size_t to, size_t bound);

#endif
