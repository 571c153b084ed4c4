// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "cache_gone.h"
#include "cache_print.h"
#include "cmd.h"
#include "cmd_change.h"
#include "edit.h"
#include "error.h"
#include "live_file.h"
#include "map_age.h"
#include "map_file.h"
#include "state.h"
#include "text.h"

/* The change is done, whatever becomes of this. */
static void unknown_tell(const struct cmd_change *change)
{
	fprintf(stderr, "detour %s: until when caches hold what is gone: ",
		change->cmd->name);
	text_print(stderr, error_text());
	putc('\n', stderr);
}

void cache_gone_edit(const struct cmd_change *change, const struct edit *edit)
{
	struct cache_until cache = {0};

	if (!change->made || !isatty(STDERR_FILENO))
		return;
	if (cache_until_edit(&cache, &edit->gone, &edit->rules, time(NULL)))
		unknown_tell(change);
	else if (cache.count)
		cache_print(stderr, &cache, true);
	cache_until_free(&cache);
}

/* The largest max-age that the map of what is live has; 0 also without one. */
static uint32_t live_age(const struct cmd_change *change)
{
	struct map *map = NULL;
	struct live_file live;
	char path[PATH_MAX];
	uint32_t age;

	if (live_file_read(change->cmd->state, &live) || !*live.map)
		return 0;
	state_map_path(path, change->cmd->state, live.map);
	if (map_open(&map, path))
		return 0;
	age = map_age(map);
	map_close(map);
	return age;
}

void cache_gone_before(struct cache_gone *gone, const struct cmd_change *change,
		       bool hosts)
{
	if (!isatty(STDERR_FILENO))
		return;
	gone->hosts = hosts;
	gone->release = change->live;
	if (!hosts)
		gone->age = live_age(change);
}

void cache_gone_after(struct cache_gone *gone, const struct cmd_change *change)
{
	if (gone->hosts &&
	    cache_until_gone(&gone->cache, change->store, gone->release,
			     change->made, time(NULL))) {
		unknown_tell(change);
		cache_until_free(&gone->cache);
	}
}

void cache_gone_end(struct cache_gone *gone, const struct cmd_change *change)
{
	if (gone->cache.count)
		cache_print(stderr, &gone->cache, true);
	if (gone->age && change->made) {
		fprintf(stderr,
			"caches may hold permanent answers of release %" PRIu64
			" until ",
			gone->release);
		text_moment(stderr, time(NULL) + gone->age);
		fprintf(stderr, " (max-age=%" PRIu32 ")\n", gone->age);
	}
	cache_until_free(&gone->cache);
}
