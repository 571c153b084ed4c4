// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "rule_code.h"

enum { HOUR = 3600 };

static const struct rule_code codes[] = {
	{"301", 301, 301, 301, true, HOUR},
	{"302", 302, 302, 302, true, 0},
	{"303", 303, 303, 303, true, 0},
	{"307", 307, 307, 307, true, 0},
	{"308", 308, 308, 308, true, HOUR},
	{"301/308", RULE_301_308, 301, 308, true, HOUR},
	{"302/307", RULE_302_307, 302, 307, true, 0},
	{"410", 410, 410, 410, false, HOUR},
	{"200", 200, 200, 200, false, 0},
	{"pass", RULE_PASS, 0, 0, false, 0},
};

enum { CODES = sizeof(codes) / sizeof(*codes) };

const struct rule_code *rule_code_find(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < CODES; i++)
		if (strlen(codes[i].text) == len &&
		    !memcmp(codes[i].text, text, len))
			return &codes[i];
	return NULL;
}

const struct rule_code *rule_code(uint16_t code)
{
	size_t i;

	for (i = 0; i < CODES - 1; i++)
		if (codes[i].code == code)
			break;
	return &codes[i];
}

bool rule_code_permanent(uint16_t code)
{
	return rule_code(code)->max_age;
}
