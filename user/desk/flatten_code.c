// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>

#include "flatten_code.h"
#include "rule_code.h"

static bool is_permanent(uint16_t code)
{
	return code == 301 || code == 308 || code == RULE_301_308;
}

static bool is_strict(uint16_t code)
{
	return code == 307 || code == 308;
}

static bool keeps_method(uint16_t code)
{
	return is_strict(code) || code == RULE_301_308 || code == RULE_302_307;
}

uint16_t flatten_code(uint16_t first, uint16_t then)
{
	bool permanent = is_permanent(first) && is_permanent(then);
	bool strict = is_strict(first) && is_strict(then);

	if (first == 303 || then == 303)
		return 303;
	if (!keeps_method(first) || !keeps_method(then))
		return permanent ? 301 : 302;
	if (strict)
		return permanent ? 308 : 307;
	return permanent ? RULE_301_308 : RULE_302_307;
}
