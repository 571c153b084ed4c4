// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "limit.h"
#include "rule_code.h"
#include "rule_error.h"
#include "rule_final.h"
#include "rule_seconds.h"
#include "rule_text.h"

bool rule_final_suits(const struct rule_final *final, uint16_t code)
{
	switch (final->code) {
	case 0:
		return true;
	case 301:
	case 308:
	case RULE_301_308:
		return rule_code(code)->target;
	default:
		return final->code == 410 && code == 410;
	}
}

static int code_read(struct rule_final *final, uint16_t code, const char *text,
		     size_t len, struct rule_error *error)
{
	const struct rule_code *found = rule_code_find(text, len);
	struct rule_quote quote;

	final->code = found ? found->code : 0;
	if (!final->code || !rule_final_suits(final, code))
		return rule_fail(error, "final", "%s is %s",
				 rule_quote(&quote, text, len),
				 code == 410 ? "not 410"
					     : "none of 301 308 301/308");
	final->max_age = found->max_age;
	return 0;
}

int rule_final_read(struct rule_final *final, uint16_t code, const char *text,
		    size_t len, struct rule_error *error)
{
	const char *colon = memchr(text, ':', len);
	size_t code_len = colon ? (size_t)(colon - text) : len;
	struct rule_quote quote;
	int err;

	if (!rule_code(code)->target && code != 410)
		return rule_fail(error, "final", "not for the code %s",
				 rule_code(code)->text);
	if (rule_text_check_seen("final", text, len, error))
		return -EINVAL;
	err = code_read(final, code, text, code_len, error);
	if (err || !colon)
		return err;
	if (rule_seconds(&final->max_age, colon + 1, len - code_len - 1))
		return rule_fail(
			error, "final", "%s is not a number from 0 to %d",
			rule_quote(&quote, colon + 1, len - code_len - 1),
			LIMIT_MAX_AGE);
	return 0;
}

const char *rule_final_text(char text[RULE_FINAL_SIZE],
			    const struct rule_final *final)
{
	const struct rule_code *code = rule_code(final->code);

	if (final->max_age == code->max_age)
		snprintf(text, RULE_FINAL_SIZE, "%s", code->text);
	else
		snprintf(text, RULE_FINAL_SIZE, "%s:%u", code->text,
			 final->max_age);
	return text;
}
