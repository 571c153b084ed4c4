// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>

#include "desk_live.h"
#include "import.h"
#include "import_trial.h"
#include "release_view.h"
#include "ruleset.h"
#include "ruleset_sort.h"

static int rule_take(const struct rule *rule, void *arg)
{
	return ruleset_add(arg, rule, 0);
}

static int rules_take(struct ruleset *set, const char *state, uint64_t release,
		      FILE *out)
{
	struct release_view view;
	int err = release_view_open(&view, state, release, out);

	if (err)
		return err;
	err = release_view_each(&view, NULL, NULL, rule_take, set);
	release_view_close(&view);
	return err ? err : ruleset_sort(set);
}

/* The map is compiled, since the live one may go on to another release, and
 * those before it may be without. */
int desk_live(struct ruleset *set, struct map **map, const char *state,
	      uint64_t release, FILE *out)
{
	struct import import = {.mode = IMPORT_REPLACE};
	int err = rules_take(set, state, release, out);

	*map = NULL;
	if (err)
		return err;
	import.edit.rules = *set;
	return import_trial(map, &import, NULL, 0);
}
