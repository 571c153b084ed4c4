// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "rule.h"
#include "rule_code.h"
#include "rule_trial.h"

enum rule_trial rule_trial_find(const char *text)
{
	if (!text || !strcmp(text, "307"))
		return RULE_TRIAL_307;
	return strcmp(text, "302") ? RULE_TRIAL_NONE : RULE_TRIAL_302;
}

/* What a permanent code is on trial. */
static uint16_t trial_code(uint16_t code, enum rule_trial how)
{
	if (code == 410)
		return 410;
	if (how == RULE_TRIAL_302 && code == 301)
		return 302;
	if (how == RULE_TRIAL_302 && code == RULE_301_308)
		return RULE_302_307;
	return 307;
}

bool rule_trial(struct rule *rule, enum rule_trial how)
{
	if (!rule_code_permanent(rule->code))
		return false;
	if (!rule->final.code)
		rule->final = (struct rule_final){
			.code = rule->code,
			.max_age = rule->max_age,
		};
	rule->code = trial_code(rule->code, how);
	rule->max_age = 0;
	return true;
}

/* What a rule without final= is to become. */
static struct rule_final final_of(const struct rule *rule, uint16_t to)
{
	bool aged = rule->max_age != rule_code(rule->code)->max_age;

	return (struct rule_final){
		.code = to,
		.max_age = aged ? rule->max_age : rule_code(to)->max_age,
	};
}

const char *rule_trial_end(struct rule *rule, uint16_t to)
{
	struct rule_final final = rule->final;

	if (!final.code)
		final = final_of(rule, to);
	else if (to)
		final.code = to;
	if (!final.code)
		return "it has no final=";
	if (!rule_final_suits(&final, rule->code))
		return to == 410 ? "it is no 410" : "it is no redirect";
	rule->code = final.code;
	rule->max_age = final.max_age;
	rule->final = (struct rule_final){0};
	return NULL;
}
