// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>

#include "desk_view.h"
#include "import.h"
#include "import_trial.h"
#include "release_view.h"
#include "ruleset.h"
#include "ruleset_sort.h"

static int rule_take(const struct rule *rule, void *arg)
{
	return ruleset_add(arg, rule, 0);
}

/* The map is compiled, since the live one may go on to another release, and
 * those before it may be without. */
int desk_view(struct ruleset *set, struct map **map,
	      const struct release_view *view)
{
	struct import import = {.mode = IMPORT_REPLACE};
	int err = release_view_each(view, NULL, NULL, rule_take, set);

	*map = NULL;
	if (!err)
		err = ruleset_sort(set);
	if (err)
		return err;
	import.edit.rules = *set;
	return import_trial(map, &import, NULL, 0);
}
