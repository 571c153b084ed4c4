// SPDX-License-Identifier: BSD-2-Clause
#include "ask_said.h"
#include "rehearse.h"
#include "rehearse_example.h"
#include "request_said.h"
#include "request_target.h"

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

void rehearse_url_print(FILE *out, const struct request_said *said)
{
	const struct format_piece *target = &said->target;

	if (!request_target_absolute(target->text, target->len)) {
		fputs(said->scheme == REQUEST_SCHEME_HTTPS ? "https://"
							   : "http://",
		      out);
		fwrite(said->host.text, 1, said->host.len, out);
		if (target->len && *target->text == '?')
			fputc('/', out);
	}
	fwrite(target->text, 1, target->len, out);
	if (!said->query.text)
		return;
	fputc('?', out);
	fwrite(said->query.text, 1, said->query.len, out);
}
