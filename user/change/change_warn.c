// SPDX-License-Identifier: BSD-2-Clause
#include <limits.h>

#include "change_warn.h"
#include "cost_warn.h"
#include "live_file.h"
#include "loop_warn.h"
#include "map_file.h"
#include "ruleset.h"
#include "state.h"

int change_warn(struct line_errors *warnings, const struct map *map,
		const struct ruleset *change)
{
	int err;

	if (!map || !change->count)
		return 0;
	err = loop_warn(warnings, map, change);
	return err ? err : cost_warn(warnings, map, change);
}

int change_warn_live(struct line_errors *warnings, const char *state,
		     const struct ruleset *change)
{
	struct live_file live;
	struct map *map = NULL;
	char path[PATH_MAX];
	int err = live_file_read(state, &live);

	if (!err && *live.map) {
		state_map_path(path, state, live.map);
		err = map_open(&map, path);
	}
	if (!err)
		err = change_warn(warnings, map, change);
	map_close(map);
	return err;
}
