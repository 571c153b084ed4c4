/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VERIFY_ASK_H
#define VERIFY_ASK_H

#include <stdbool.h>

#include "ask.h"
#include "rehearse_answer.h"
#include "verify_request.h"

/* A rule, a request that is made for it, and what the rules answer. */
struct verify_ask {
	struct rule rule; /* of the set */
	const char *method;
	struct verify_request request;
	struct rehearse_answer answer; /* the Location ends with a NUL */
};

enum verify_asked {
	VERIFY_ASK_ANSWERS,
	VERIFY_ASK_PASSES, /* it is as pass for the request */
	VERIFY_ASK_HIDDEN, /* others win, whatever was made up */
};

/*
 * verify_ask - make a request that a rule wins for
 * @ask:  with rule and method
 * @desk: room for asking; of VERIFY_ASK_HIDDEN, met is the rule that wins for
 *        the first request; without a source where none could be made, as
 *        what is made up would be too much for it
 */
enum verify_asked verify_ask(struct verify_ask *ask, struct ask *desk,
			     const struct map *map, bool https);

#endif
