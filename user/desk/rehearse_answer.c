// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "map_lookup.h"
#include "map_view.h"
#include "rehearse_answer.h"

/* The value of the Location line. */
static void location_find(struct rehearse_answer *answer, size_t len)
{
	static const char name[] = "\r\nLocation: ";
	const char *at = memmem(answer->bytes, len, name, sizeof(name) - 1);

	if (!at)
		return;
	answer->location = at + sizeof(name) - 1;
	at = memchr(answer->location, '\r',
		    answer->bytes + len - answer->location);
	answer->location_len = at - answer->location;
}

void rehearse_answer(struct rehearse_answer *answer, const struct map *map,
		     struct map_key *key)
{
	static const char date[ANSWER_DATE + 1] =
		"Thu, 01 Jan 1970 00:00:00 GMT";
	size_t len = 0;

	answer->rule = map ? map_lookup(map, key) : 0;
	answer->lower = answer->rule && key->search.base;
	answer->code = 404;
	answer->location = answer->bytes;
	answer->location_len = 0;
	if (answer->rule)
		len = answer_rule(answer->bytes, map, answer->rule, key, date,
				  ANSWER_KEEP, &answer->code);
	location_find(answer, len);
	answer->moves = len && (answer->location_len || answer->code == 410);
}

bool rehearse_answer_same(const struct rehearse_answer *a,
			  const struct rehearse_answer *b)
{
	return a->code == b->code && a->location_len == b->location_len &&
	       !memcmp(a->location, b->location, a->location_len);
}
