// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "limit.h"
#include "pattern_check.h"
#include "rule_pattern_form.h"

struct check {
	bool ignore_case;
	bool after_capture;
	uint32_t captures, digits; /* digits: since the last slash */
};

static bool check_capture(struct check *check, uint8_t mark)
{
	bool good = !check->after_capture;

	check->after_capture = true;
	check->captures++;
	check->digits += mark == PATTERN_DIGITS;
	return good && check->captures <= LIMIT_CAPTURES &&
	       check->digits <= LIMIT_DIGITS;
}

static bool is_hex(uint8_t c, bool ignore_case)
{
	uint8_t a = ignore_case ? 'a' : 'A';

	return (c >= '0' && c <= '9') || (c >= a && c <= a + 5);
}

/* How many bytes the literal unit at the pattern's start has; 0: it is none. */
static size_t check_literal(struct check *check, const uint8_t *pattern,
			    size_t len)
{
	uint8_t c = pattern[0];

	check->after_capture = false;
	if (c <= 0x20 || c >= 0x7f || strchr("\"#<>?\\^`{|}", c))
		return 0;
	if (check->ignore_case && c >= 'A' && c <= 'Z')
		return 0;
	if (c == '/')
		check->digits = 0;
	if (c != '%')
		return 1;
	return len >= 3 && is_hex(pattern[1], check->ignore_case) &&
			       is_hex(pattern[2], check->ignore_case)
		       ? 3
		       : 0;
}

bool pattern_check(const uint8_t *pattern, size_t len, bool ignore_case,
		   uint32_t *captures)
{
	struct check check = {.ignore_case = ignore_case};
	size_t i, taken;

	if (len && pattern[len - 1] == PATTERN_REST)
		len--;
	if (!len || len > LIMIT_PATH || pattern[0] != '/')
		return false;
	for (i = 0; i < len; i += taken) {
		taken = pattern_is_capture(pattern[i])
				? check_capture(&check, pattern[i])
				: check_literal(&check, pattern + i, len - i);
		if (!taken)
			return false;
	}
	*captures = check.captures;
	return check.captures;
}
