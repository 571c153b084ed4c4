// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "rule_error.h"
#include "rule_text.h"
#include "unseen.h"
#include "utf8.h"

#define EACH_BYTE(c) (0x0101010101010101ULL * (c))

static uint64_t has_below(uint64_t word, unsigned char limit)
{
	return (word - EACH_BYTE(limit)) & ~word & EACH_BYTE(0x80);
}

/* Whether one of a word's bytes is a blank, a control byte or DEL. */
static bool has_bad(uint64_t word)
{
	return has_below(word, 0x21) || has_below(word ^ EACH_BYTE(0x7f), 1);
}

static bool is_bad(unsigned char c)
{
	return c <= 0x20 || c == 0x7f;
}

static int fail_byte(const char *field, unsigned char c,
		     struct rule_error *error)
{
	if (c == ' ' || c == '\t')
		return rule_fail(error, field, "a blank; write %%%02X", c);
	return rule_fail(error, field, "control byte \\x%02x", c);
}

int rule_text_check(const char *field, const char *text, size_t len,
		    struct rule_error *error)
{
	uint64_t word, seen = 0;
	size_t i = 0;

	for (; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(&word, text + i, sizeof(word));
		if (has_bad(word))
			break;
		seen |= word;
	}
	for (; i < len; i++) {
		if (is_bad(text[i]))
			return fail_byte(field, text[i], error);
		seen |= (unsigned char)text[i];
	}
	if (!(seen & EACH_BYTE(0x80)))
		return 0;
	if (!utf8_valid(text, len))
		return rule_fail(error, field, "not UTF-8");
	return rule_text_check_seen(field, text, len, error);
}

int rule_text_check_seen(const char *field, const char *text, size_t len,
			 struct rule_error *error)
{
	char escapes[3 * 4 + 1];
	struct unseen_name name;
	struct unseen unseen;
	unsigned int i;

	if (!unseen_find(&unseen, text, len))
		return 0;
	for (i = 0; i < unseen.bytes; i++)
		sprintf(escapes + 3 * i, "%%%02X",
			(unsigned char)text[unseen.at + i]);
	return rule_fail(
		error, field,
		"character %zu is %s, which nobody sees; remove it, or write %s in a path or query",
		unseen.number, unseen_name(&name, unseen.code), escapes);
}
