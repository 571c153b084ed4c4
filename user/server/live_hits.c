// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "error.h"
#include "hits_keeper.h"
#include "hits_window.h"
#include "live_hits.h"
#include "map_file.h"
#include "map_view.h"
#include "serve_look.h"
#include "state.h"

struct live_hits {
	const char *state;
	struct hits_window *window;
	struct hits_keeper *keeper; /* or NULL */
};

int live_hits_new(struct live_hits **result, const char *state,
		  const char *name, uint64_t limit, int misses)
{
	struct live_hits *hits;
	int err;

	if (!limit && misses < 0)
		return 0;
	hits = calloc(1, sizeof(*hits));
	if (!hits)
		return error_sys(-ENOMEM, "no memory to count hits in");
	hits->state = state;
	err = limit ? hits_window_new(&hits->window, limit) : 0;
	if (err) {
		free(hits);
		return err;
	}
	*result = hits;
	err = hits_keeper_start(&hits->keeper, state, name,
				limit ? hits_window_fd(hits->window) : -1,
				misses);
	return err ? 1 : 0;
}

static int hits_give(struct look_asker *asker, void *arg)
{
	const struct live_hits *hits = arg;

	if (!hits->window)
		return -EOPNOTSUPP;
	return look_give(asker, hits_window_fd(hits->window),
			 hits_window_owner(hits->window), "hits");
}

struct look_offer live_hits_offer(struct live_hits *hits)
{
	return (struct look_offer){.give = hits_give, .arg = hits};
}

/* It has the file, too, which may be gone when it saves. */
static void region_begin(struct live_hits *hits, uint64_t number,
			 const char *name)
{
	char path[PATH_MAX];
	int fd;

	if (!hits->keeper)
		return;
	state_map_path(path, hits->state, name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	hits_keeper_begin(hits->keeper, number, fd);
	if (fd >= 0)
		close(fd);
}

/* Whether it is counted. A lower map that is shared is counted already. */
static bool map_attach(struct live_hits *hits, struct map *map,
		       const char *name)
{
	struct hit *hit;
	uint64_t number;

	if (map->hits)
		return true;
	hit = hits_window_find(hits->window, hits_map_key(map_header(map)));
	if (!hit) {
		hit = hits_window_take(hits->window, map_header(map), name,
				       &number);
		if (hit)
			region_begin(hits, number, name);
	}
	__atomic_store_n(&map->hits, hit, __ATOMIC_RELAXED);
	return hit;
}

void live_hits_attach(struct live_hits *hits, struct map *map, const char *name)
{
	unsigned int uncounted;

	if (!hits || !hits->window || !map)
		return;
	uncounted = !map_attach(hits, map, name);
	if (map_lower(map))
		uncounted += !map_attach(hits, map->lower, map_lower_name(map));
	hits_window_uncounted(hits->window, uncounted);
}

struct settle {
	struct live_hits *hits;
	const struct map *const *maps;
	unsigned int count;
};

static bool is_held(const struct hit *hits, void *arg)
{
	const struct settle *settle = arg;
	unsigned int i;

	for (i = 0; i < settle->count; i++) {
		const struct map *map = settle->maps[i];

		if (map && (map->hits == hits ||
			    (map->lower && map->lower->hits == hits)))
			return true;
	}
	return false;
}

static void region_end(uint64_t number, void *arg)
{
	struct live_hits *hits = ((const struct settle *)arg)->hits;

	if (!hits->keeper || !hits_keeper_end(hits->keeper, number))
		hits_window_drop(hits->window, number);
}

void live_hits_settle(struct live_hits *hits, const struct map *const *maps,
		      unsigned int count)
{
	struct settle settle = {hits, maps, count};
	uint64_t number;

	if (!hits || !hits->window)
		return;
	hits_window_retire(hits->window, is_held, region_end, &settle);
	while (hits->keeper && (number = hits_keeper_saved(hits->keeper)))
		hits_window_drop(hits->window, number);
}

void live_hits_close(struct live_hits *hits)
{
	if (!hits)
		return;
	hits_keeper_stop(hits->keeper);
	hits_window_free(hits->window);
	free(hits);
}
