// SPDX-License-Identifier: BSD-2-Clause
#include "fold.h"
#include "pattern_search.h"
#include "step.h"

bool pattern_boundary(const uint8_t *text, size_t at)
{
	return !(at >= 1 && text[at - 1] == '%') &&
	       !(at >= 2 && text[at - 2] == '%');
}

static uint8_t text_byte(const struct pattern_text *text, size_t at)
{
	return fold_byte(text->byte[at], text->ignore_case);
}

bool pattern_stands(const struct pattern_text *text, size_t at,
		    const uint8_t *literal, size_t len)
{
	size_t i;

	if (len > text->len - at || !pattern_boundary(text->byte, at))
		return false;
	for (i = 0; i < len; i++) {
		STEP();
		if (text_byte(text, at + i) != literal[i])
			return false;
	}
	return true;
}

/* Byte number i of the literal, from its end. */
static uint8_t literal_byte(const struct pattern_search *search, size_t i)
{
	return search->literal[search->len - 1 - i];
}

/* Of matched bytes, and one more: how many match then. */
static size_t search_step(const struct pattern_search *search, size_t matched,
			  uint8_t c)
{
	for (;;) {
		STEP();
		if (matched < search->len && literal_byte(search, matched) == c)
			return matched + 1;
		if (!matched)
			return 0;
		matched = search->back[matched];
	}
}

/* back[n]: how many of the first n bytes, from the literal's end, are also the
 * last of these n, n itself aside. */
void pattern_search(struct pattern_search *search,
		    const struct pattern_text *text, const uint8_t *literal,
		    size_t len, size_t end)
{
	size_t n;

	search->text = text;
	search->literal = literal;
	search->len = len;
	search->at = end;
	search->matched = 0;
	search->back[0] = 0;
	if (len > end)
		return;
	if (len)
		search->back[1] = 0;
	for (n = 1; n < len; n++)
		search->back[n + 1] = search_step(search, search->back[n],
						  literal_byte(search, n));
}

int pattern_search_next(struct pattern_search *search, size_t low)
{
	if (!search->len)
		return search->at >= low ? (int)search->at : -1;
	while (search->at > low) {
		uint8_t c = text_byte(search->text, --search->at);

		/* What is left is too short. */
		if (search->len - search->matched > search->at + 1 - low)
			return -1;
		search->matched = search_step(search, search->matched, c);
		if (search->matched == search->len &&
		    pattern_boundary(search->text->byte, search->at))
			return search->at;
	}
	return -1;
}
