/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_BESIDE_H
#define RULE_BESIDE_H

struct rule;

/* Why two rules of one SOURCE cannot both be there, for people; NULL: they
 * can. */
const char *rule_beside(const struct rule *a, const struct rule *b);

#endif
