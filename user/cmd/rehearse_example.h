/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REHEARSE_EXAMPLE_H
#define REHEARSE_EXAMPLE_H

#include "ask.h"
#include "rehearse_answer.h"

struct rehearse;
struct request_said;

/* A request that was kept, asked again: of both sets of rules, the one before
 * and the one after. */
struct rehearse_side {
	struct ask ask; /* ask.met: the rule that wins, if answer.rule */
	struct rehearse_answer answer;
};

struct rehearse_shown {
	const struct request_said *said;
	struct rehearse_side side[2];
};

/* Ask for it. */
void rehearse_show(struct rehearse_shown *shown,
		   const struct rehearse *rehearse,
		   const struct request_said *said);

#endif
