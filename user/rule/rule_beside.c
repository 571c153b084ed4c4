// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>

#include "rule.h"
#include "rule_beside.h"

const char *rule_beside(const struct rule *a, const struct rule *b)
{
	if (a->fold != b->fold)
		return "the rules of a source have the same case=";
	if (!a->scheme || !b->scheme)
		return "a source has one rule without scheme=, or with it one for each scheme";
	if (a->scheme == b->scheme)
		return "a source has one rule for each scheme";
	if (a->first != b->first)
		return "the two rules of a source have the same first=";
	return NULL;
}
