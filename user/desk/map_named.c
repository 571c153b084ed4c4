// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <string.h>

#include "map_named.h"
#include "rules_named.h"

int map_named(struct map **map, char about[MAP_NAMED_ABOUT], const char *name,
	      const char *state, bool partial, FILE *out)
{
	struct rules_named named = {.partial = partial};
	int err;

	*map = NULL;
	err = rules_named_open(&named, state, name, out);
	snprintf(about, MAP_NAMED_ABOUT, "%s",
		 strcmp(name, "-") ? named.text : "standard input");
	if (err || partial)
		rules_named_refused(&named, name, out);
	if (!err)
		err = rules_named_map(map, &named, state);
	rules_named_close(&named);
	return err;
}
