// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>

#include "answer_text.h"
#include "array.h"
#include "error.h"
#include "map_build_answers.h"
#include "rule.h"
#include "rule_code.h"

enum { ANSWERS_MAX = UINT16_MAX, SLOTS = 1 << 17 };

static int answers_grow(struct map_answers *answers)
{
	if (!answers->slot)
		answers->slot = calloc(SLOTS, sizeof(*answers->slot));
	if (!answers->slot ||
	    array_grow(&answers->answer, &answers->room, answers->count + 1,
		       sizeof(*answers->answer)))
		return error_sys(-ENOMEM, "cannot compile the map");
	return 0;
}

/* Append the answer of one status code of a rule's. */
static int answer_append(struct map_answers *answers,
			 const struct rule_code *rule, uint16_t code,
			 uint32_t max_age)
{
	struct map_answer *answer;
	int err = answers_grow(answers);

	if (err)
		return err;
	answer = &answers->answer[answers->count++];
	answer_prebuild(answer, code, rule->target, max_age);
	answer->rule_code = rule->code;
	return 0;
}

int map_answers_index(struct map_answers *answers, uint16_t code,
		      uint32_t max_age, uint16_t *index)
{
	uint32_t slot = (max_age * 31 + code) * 2654435761u >> 15, n;
	const struct rule_code *rule = rule_code(code);
	int pair, err;

	*index = 0;
	if (code == RULE_PASS)
		return 0;
	while (answers->slot && (n = answers->slot[slot])) {
		if (answers->answer[n - 1].rule_code == code &&
		    answers->answer[n - 1].max_age == max_age) {
			*index = n - 1;
			return 0;
		}
		slot = (slot + 1) % SLOTS;
	}
	if (rule->code != code)
		return error_set(-EINVAL, "cannot compile code %u", code);
	pair = rule->first != rule->other;
	if (answers->count + pair >= ANSWERS_MAX)
		return error_set(-EFBIG,
				 "over %d different pairs of code and max-age",
				 ANSWERS_MAX);
	*index = answers->count;
	err = answer_append(answers, rule, rule->first, max_age);
	if (!err && pair)
		err = answer_append(answers, rule, rule->other, max_age);
	if (err)
		return err;
	answers->slot[slot] = *index + 1;
	return 0;
}

void map_answers_free(struct map_answers *answers)
{
	free(answers->answer);
	free(answers->slot);
}
