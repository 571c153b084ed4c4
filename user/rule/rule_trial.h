/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_TRIAL_H
#define RULE_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

struct rule;

/*
 * A rule on trial answers with a code that no cache keeps, and says by final=
 * what it is to become (rule_final.h).
 */
enum rule_trial {
	RULE_TRIAL_NONE,
	RULE_TRIAL_307, /* keeps method and body of every request */
	RULE_TRIAL_302, /* does to methods what the permanent code does */
};

/* "307" or "302"; NULL is 307. RULE_TRIAL_NONE for anything else. */
enum rule_trial rule_trial_find(const char *text);

/*
 * rule_trial - put a rule on trial
 *
 * A permanent redirect becomes a temporary one, a 410 is not cached; code and
 * max-age stand in its final= then, unless it has one, which stays. Whether it
 * was permanent: any other rule is left as it is.
 */
bool rule_trial(struct rule *rule, enum rule_trial how);

/*
 * rule_trial_end - give a rule its final=, taking that away
 * @to: a permanent code (rule_code.h) in place of that of final=, whose max-age
 *      stays; without final= a max-age that was given stays; 0: none
 *
 * Returns NULL, or why the rule is left as it is.
 */
const char *rule_trial_end(struct rule *rule, uint16_t to);

#endif
