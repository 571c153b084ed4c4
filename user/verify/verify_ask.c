// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "rule_order.h"
#include "verify_ask.h"

/* Make the request of an attempt, and ask. Whether it is one, and the rule that
 * wins is met. */
static bool attempt_ask(struct verify_ask *ask, struct ask *desk,
			const struct map *map, bool https, unsigned int attempt)
{
	struct verify_request *request = &ask->request;

	if (!verify_request_make(request, &ask->rule, attempt) ||
	    !ask_begin(desk, map, https, request->host, request->host_len,
		       request->target, request->target_len))
		return false;
	desk->key.method_other = strcmp(ask->method, "GET") != 0;
	return ask_rule(desk);
}

static enum verify_asked answer_take(struct verify_ask *ask, struct ask *desk,
				     const struct map *map)
{
	struct rehearse_answer *answer = &ask->answer;

	rehearse_answer(answer, map, &desk->key);
	/* what is behind a Location is the rest of a line */
	answer->bytes[answer->location - answer->bytes + answer->location_len] =
		'\0';
	return answer->code == 404 ? VERIFY_ASK_PASSES : VERIFY_ASK_ANSWERS;
}

enum verify_asked verify_ask(struct verify_ask *ask, struct ask *desk,
			     const struct map *map, bool https)
{
	unsigned int attempt, first = VERIFY_ATTEMPTS;

	for (attempt = 0; attempt < VERIFY_ATTEMPTS; attempt++) {
		if (!attempt_ask(ask, desk, map, https, attempt))
			continue;
		if (!rule_order(&desk->met, &ask->rule))
			return answer_take(ask, desk, map);
		if (first == VERIFY_ATTEMPTS)
			first = attempt;
	}
	if (first < VERIFY_ATTEMPTS)
		attempt_ask(ask, desk, map, https, first);
	else
		desk->met.source = NULL;
	return VERIFY_ASK_HIDDEN;
}
