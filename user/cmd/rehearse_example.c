// SPDX-License-Identifier: BSD-2-Clause
#include "ask_said.h"
#include "rehearse.h"
#include "rehearse_example.h"
#include "request_said.h"

static void side_ask(struct rehearse_side *side, const struct map *map,
		     const struct request_said *said)
{
	side->ask.map = map;
	ask_said(&side->ask.key, said);
	rehearse_answer(&side->answer, map, &side->ask.key);
	if (side->answer.rule && !ask_rule(&side->ask))
		side->answer.rule = 0;
}

void rehearse_show(struct rehearse_shown *shown,
		   const struct rehearse *rehearse,
		   const struct request_said *said)
{
	shown->said = said;
	side_ask(&shown->side[0], rehearse->from, said);
	side_ask(&shown->side[1], rehearse->to, said);
}
