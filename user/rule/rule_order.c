// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "rule.h"
#include "rule_order.h"

unsigned int rule_order_kind(const struct rule *rule)
{
	return rule->scheme + (rule->fold ? RULE_ORDER_FOLD : 0);
}

int rule_order(const struct rule *a, const struct rule *b)
{
	int order = strcmp(a->source, b->source);

	return order ? order
		     : (int)rule_order_kind(a) - (int)rule_order_kind(b);
}
