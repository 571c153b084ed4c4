// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "pattern_chain.h"
#include "rule_pattern_form.h"
#include "step.h"

size_t pattern_literal_end(const uint8_t *pattern, size_t len, size_t from)
{
	while (from < len && !pattern_is_capture(pattern[from])) {
		STEP();
		from++;
	}
	return from;
}

static void places_fill(struct pattern_places *places, size_t low, size_t high,
			bool in)
{
	places->low = low;
	places->high = high;
	places->any = in;
	memset(places->in + low, in, high + 1 - low);
}

/* Make of the places where a capture of digits may begin those where it may
 * end, up to bound. */
static void step_digits(struct pattern_places *places, const uint8_t *text,
			size_t bound)
{
	size_t i = places->low, last = places->high;
	bool inside = false, begins;

	places->any = false;
	for (; i <= bound && (i <= last || inside); i++) {
		STEP();
		begins = i <= last && places->in[i];
		places->in[i] = inside;
		if (inside) {
			places->low = places->any ? places->low : i;
			places->high = i;
			places->any = true;
		}
		inside = (inside || begins) && i < bound &&
			 pattern_is_digit(text[i]);
	}
}

/* Put into to where a literal may end that begins at a place of from, up to
 * bound. */
static void step_literal(struct pattern_search *search,
			 const struct pattern_text *text,
			 struct pattern_places *to,
			 const struct pattern_places *from,
			 const uint8_t *literal, size_t len, size_t bound)
{
	size_t end = from->high + len < bound ? from->high + len : bound;
	int at;

	places_fill(to, from->low, bound, false);
	pattern_search(search, text, literal, len, end);
	while ((at = pattern_search_next(search, from->low)) >= 0) {
		if (!from->in[at])
			continue;
		to->in[at + len] = true;
		to->low = at + len;
		to->high = to->any ? to->high : at + len;
		to->any = true;
	}
}

/* pattern_chain_end() for one that begins at low or behind it, if its first
 * literal is not the segment's. */
static int end_behind(struct pattern_chain *chain,
		      const struct pattern_text *text, const uint8_t *pattern,
		      size_t from, size_t to, size_t low, size_t bound)
{
	struct pattern_places *now = &chain->places[0], *swap;
	struct pattern_places *next = &chain->places[1];
	size_t end;

	places_fill(now, low, from ? bound : 0, true);
	for (;; from = end + 1) {
		end = pattern_literal_end(pattern, to, from);
		if (end > from) {
			step_literal(&chain->search, text, next, now,
				     pattern + from, end - from, bound);
			swap = now;
			now = next;
			next = swap;
		}
		if (now->any && end < to)
			step_digits(now, text->byte, bound);
		if (!now->any)
			return -1;
		if (end == to)
			return now->high;
	}
}

/* One that begins further to the left does not end further to the right, unless
 * none begins there. So it is looked for near bound first, and what that costs
 * is in proportion to what the chain takes of the text. */
int pattern_chain_end(struct pattern_chain *chain,
		      const struct pattern_text *text, const uint8_t *pattern,
		      size_t from, size_t to, size_t bound)
{
	size_t near = 4 * (to - from);
	int end = -1;

	while (from && near < bound && end < 0) {
		end = end_behind(chain, text, pattern, from, to, bound - near,
				 bound);
		near *= 4;
	}
	return end < 0 ? end_behind(chain, text, pattern, from, to, 0, bound)
		       : end;
}
