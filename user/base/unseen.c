// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <uniname.h>
#include <unictype.h>
#include <unistr.h>

#include "unseen.h"

enum {
	TAG_FLAG = 0x1f3f4, /* the flag that tags make another one of */
	TAG_FIRST = 0xe0020,
	TAG_LAST = 0xe007f,
	KEYCAP = 0x20e3,
	BRAILLE_BLANK = 0x2800,
	ANNOTATION_FIRST = 0xfff9,
	OBJECT = 0xfffc, /* stands for what was not copied */
};

/* Whether a character beyond ASCII is one wherever it stands. Unassigned ones
 * are not: pictures come with each edition of Unicode. */
static bool is_unseen(ucs4_t c)
{
	if (uc_is_property_default_ignorable_code_point(c) ||
	    uc_is_property_not_a_character(c))
		return true;
	if (c == BRAILLE_BLANK || (c >= ANNOTATION_FIRST && c <= OBJECT))
		return true;
	return uc_is_general_category_withtable(
		c, UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Zs |
			   UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp);
}

/* Whether it belongs behind the last one that is seen. */
static bool belongs(ucs4_t c, ucs4_t seen, ucs4_t next)
{
	if (c >= TAG_FIRST && c <= TAG_LAST)
		return seen == TAG_FLAG;
	if (uc_is_property_join_control(c))
		return seen >= 0x80 && next >= 0x80 && !is_unseen(next);
	if (uc_is_property_variation_selector(c))
		return seen >= 0x80 || next == KEYCAP;
	return false;
}

bool unseen_find(struct unseen *unseen, const char *text, size_t len)
{
	const uint8_t *at = (const uint8_t *)text, *end = at + len;
	ucs4_t c, next, seen = 0;
	int n;

	unseen->number = 1;
	for (; at < end; at += n, unseen->number++) {
		n = 1;
		if (*at < 0x80) {
			seen = *at;
			continue;
		}
		n = u8_mbtoucr(&c, at, end - at);
		if (n <= 0)
			return false;
		if (!is_unseen(c)) {
			seen = c;
			continue;
		}
		if (at + n == end ||
		    u8_mbtoucr(&next, at + n, end - at - n) <= 0)
			next = 0;
		if (belongs(c, seen, next))
			continue;
		unseen->code = c;
		unseen->at = at - (const uint8_t *)text;
		unseen->bytes = n;
		return true;
	}
	return false;
}

const char *unseen_name(struct unseen_name *name, uint32_t code)
{
	char known[UNINAME_MAX];

	if (!unicode_character_name(code, known))
		snprintf(known, sizeof(known), "%s",
			 code < 0xa0 ? "CONTROL CHARACTER" : "NO CHARACTER");
	snprintf(name->text, sizeof(name->text), "U+%04X %s",
		 (unsigned int)code, known);
	return name->text;
}
