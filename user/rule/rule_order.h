/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_ORDER_H
#define RULE_ORDER_H

struct rule;

/*
 * The order of rules, in which the store has them and lists are sorted: by the
 * bytes of their sources, then by their kinds. No two rules of a release are
 * equal in it.
 */

/* Which of the rules with one stored source a rule is: 0 for one that is for
 * every scheme, then http, then https; then the same with case=ignore. */
unsigned int rule_order_kind(const struct rule *rule);
enum { RULE_ORDER_FOLD = 3, RULE_ORDER_KINDS = 6 };

/* Less than 0 when a is before b, more behind it, 0 for the same rule. */
int rule_order(const struct rule *a, const struct rule *b);

#endif
