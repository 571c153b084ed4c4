// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "pattern_chain.h"
#include "pattern_segment.h"
#include "rule_pattern_form.h"
#include "step.h"

/*
 * Literals are placed from the right, each as far to the right as it can be:
 * then every capture is as long as it can be, the first ones above all, since
 * of two ways to place them all the one that has each at the righter of its
 * two places is a way, too. What is not found so has no match, without trying
 * anything again.
 *
 * Only literals with {name:digits} between them are tied together. Where the
 * last of such a chain may end is found out before it is placed, from the left,
 * by the set of all places where it may end (pattern_chain.h).
 */
struct place {
	const struct pattern_segment *segment;
	size_t first;	 /* bytes of the literal that the segment begins with */
	size_t from, to; /* of the pattern: the literal that is placed */
	struct pattern_chain chain;
};

/* Where the literal begins that ends at an offset of the pattern. */
static size_t literal_from(const struct pattern_segment *segment, size_t to)
{
	while (to && !pattern_is_capture(segment->pattern[to - 1])) {
		STEP();
		to--;
	}
	return to;
}

/* Where the chain of literals begins that ends at an offset of the pattern:
 * with {name:digits} between them. */
static size_t chain_from(const struct pattern_segment *segment, size_t to)
{
	size_t from = literal_from(segment, to);

	while (from && segment->pattern[from - 1] == PATTERN_DIGITS)
		from = literal_from(segment, from - 1);
	return from;
}

static bool all_digits(const uint8_t *text, size_t from, size_t to)
{
	while (from < to && pattern_is_digit(text[to - 1])) {
		STEP();
		to--;
	}
	return from == to;
}

/* Where the literal ends whose place is to be found, at or before bound; or
 * -1. */
static int found_end(struct place *place, size_t bound)
{
	size_t len = place->to - place->from;
	int at;

	pattern_search(&place->chain.search, &place->segment->text,
		       place->segment->pattern + place->from, len, bound);
	at = pattern_search_next(&place->chain.search, 0);
	return at < 0 ? -1 : at + (int)len;
}

/* The same for one that nothing but bound ties to what is right of it. */
static int free_end(struct place *place, size_t bound)
{
	size_t from = chain_from(place->segment, place->to);

	return from == place->from
		       ? found_end(place, bound)
		       : pattern_chain_end(&place->chain, &place->segment->text,
					   place->segment->pattern, from,
					   place->to, bound);
}

/* The same for one before a capture that ends at an offset of the text, which
 * is not 0. An escape there is not divided, since literals are whole. */
static int literal_end(struct place *place, uint8_t capture, size_t capture_end)
{
	const uint8_t *text = place->segment->text.byte;
	int bound = capture_end - 1, end = place->first;

	if (place->from)
		end = capture == PATTERN_BYTES ? free_end(place, bound)
					       : found_end(place, bound);
	if (end < 0 || end > bound)
		return -1;
	if (capture == PATTERN_DIGITS && !all_digits(text, end, capture_end))
		return -1;
	return end;
}

/* The same for the last one. */
static int last_end(struct place *place)
{
	const struct pattern_segment *segment = place->segment;
	size_t len = place->to - place->from;

	if (segment->open)
		return free_end(place, segment->text.len);
	if (len > segment->text.len ||
	    !pattern_stands(&segment->text, segment->text.len - len,
			    segment->pattern + place->from, len))
		return -1;
	return segment->text.len;
}

static void span_set(const struct pattern_segment *segment, size_t number,
		     size_t from, size_t to)
{
	segment->spans[number].at = segment->at + from;
	segment->spans[number].end = segment->at + to;
}

/* Place all literals but the first, which stands where it must, from the last
 * one on. Returns where the last one ends, or -1. */
static int place_all(struct place *place)
{
	const struct pattern_segment *segment = place->segment;
	size_t number = segment->captures;
	int end, last;

	place->to = segment->pattern_len;
	place->from = literal_from(segment, place->to);
	last = end = last_end(place);
	while (end >= 0 && place->from) {
		uint8_t capture = segment->pattern[place->from - 1];
		size_t capture_end = end - (place->to - place->from);

		place->to = place->from - 1;
		place->from = literal_from(segment, place->to);
		if (!capture_end)
			return -1;
		end = literal_end(place, capture, capture_end);
		if (end >= 0)
			span_set(segment, --number, end, capture_end);
	}
	return end < 0 ? -1 : last;
}

static uint16_t count_captures(const struct pattern_segment *segment)
{
	uint16_t n = 0;
	size_t i;

	for (i = 0; i < segment->pattern_len; i++) {
		STEP();
		n += pattern_is_capture(segment->pattern[i]);
	}
	return n;
}

int pattern_segment_match(struct pattern_segment *segment)
{
	struct place place;

	place.segment = segment;
	place.first =
		pattern_literal_end(segment->pattern, segment->pattern_len, 0);
	segment->captures = count_captures(segment);
	if (!pattern_stands(&segment->text, 0, segment->pattern, place.first))
		return -1;
	if (segment->captures)
		return place_all(&place);
	return segment->open || place.first == segment->text.len
		       ? (int)place.first
		       : -1;
}
