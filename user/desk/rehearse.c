// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>

#include "ask_said.h"
#include "map_level.h"
#include "map_view.h"
#include "progress.h"
#include "rehearse.h"
#include "rehearse_answer.h"
#include "request_read.h"

/* Of a request that is not answered alike. */
static int difference_add(struct rehearse *rehearse,
			  const struct rehearse_answer *from,
			  const struct rehearse_answer *to,
			  const struct request_said *said)
{
	struct rehearse_group like = {
		.class = REHEARSE_CHANGED,
		.rule = {from->rule, to->rule},
		.lower = {from->lower, to->lower},
	};

	if (from->moves != to->moves)
		like.class = to->moves ? REHEARSE_NEW : REHEARSE_LOST;
	rehearse->count[like.class]++;
	return rehearse_groups_add(&rehearse->groups, &like, said,
				   rehearse->most);
}

static bool host_known(const struct map *map, const struct map_key *key)
{
	return map && map_levels_any(map, key);
}

static int request_rehearse(struct rehearse *rehearse,
			    const struct request_said *said)
{
	static struct rehearse_answer from, to;
	static struct map_key key;
	int status = ask_said(&key, said);

	rehearse->requests++;
	if (status) {
		rehearse->neither++;
		rehearse->refused += status != 404;
		return 0;
	}
	rehearse_answer(&from, rehearse->from, &key);
	rehearse_answer(&to, rehearse->to, &key);
	if (!rehearse->known)
		rehearse->known = from.rule || to.rule ||
				  host_known(rehearse->from, &key) ||
				  host_known(rehearse->to, &key);
	if (!rehearse_answer_same(&from, &to))
		return difference_add(rehearse, &from, &to, said);
	if (from.moves) {
		rehearse->same++;
		return 0;
	}
	rehearse->neither++;
	if (to.rule)
		return 0;
	return rehearse_paths_add(
		&rehearse->unruled[rehearse_unruled(said->status)], &key,
		said->status);
}

static void bad_add(struct rehearse *rehearse, unsigned long line,
		    const char *reason)
{
	if (rehearse->unreadable < REHEARSE_BAD)
		rehearse->bad[rehearse->unreadable] =
			(struct rehearse_bad){line, reason};
	rehearse->unreadable++;
}

int rehearse_run(struct rehearse *rehearse, struct request_read *read)
{
	struct request_said said;
	const char *reason;
	int got, err = 0, i;

	while (!err && (got = request_read_next(read, &said, &reason))) {
		if (got == REQUEST_TAKEN)
			err = request_rehearse(rehearse, &said);
		else if (got == REQUEST_WITHOUT)
			rehearse->without++;
		else if (got == -EINVAL)
			bad_add(rehearse, said.line, reason);
		else
			err = got;
		progress_at(++rehearse->lines);
	}
	rehearse_groups_sort(&rehearse->groups);
	for (i = 0; i < REHEARSE_UNRULED; i++)
		rehearse_paths_sort(&rehearse->unruled[i]);
	return err;
}

bool rehearse_compared(const struct rehearse *rehearse)
{
	return rehearse->requests > rehearse->neither;
}

void rehearse_free(struct rehearse *rehearse)
{
	int i;

	rehearse_groups_free(&rehearse->groups);
	for (i = 0; i < REHEARSE_UNRULED; i++)
		rehearse_paths_free(&rehearse->unruled[i]);
}
