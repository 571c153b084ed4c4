// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include "change.h"
#include "error.h"
#include "live_arena.h"
#include "live_cache.h"
#include "live_file.h"
#include "live_hits.h"
#include "live_map.h"
#include "map_file.h"
#include "map_lent.h"
#include "map_view.h"
#include "release.h"
#include "state.h"

enum {
	LIVE_MAPS = 64,	     /* with more there are hits to be saved later */
	LIVE_RETRIES = 8,    /* when a map is pruned before it is opened */
	LIVE_PAUSES = 40,    /* for the arena to be switched ... */
	LIVE_PAUSE = 500000, /* ... of so many ns */
	LIVE_SOON = 50, /* looks for it in the arena, one right after another */

	/* A takeover checks a map of up to so many bytes as a whole: what it
	 * can read in some 20 ms. Behind it stands the command that has just
	 * written and synced the file. */
	LIVE_VERIFY_MAX = 32 << 20,
};

struct live_map {
	struct map *map;
	struct live_map *next; /* retired before */
};

/* What a worker holds, on a cache line of its own. */
struct live_slot {
	_Alignas(64) _Atomic(struct map *) map;
};

struct live {
	_Alignas(64) _Atomic(struct map *) map;
	_Atomic(uint64_t) mapless; /* the last release without a map */
	char *state;
	int fd;
	bool error_reported; /* of what is there now */
	unsigned int workers;
	struct live_file now;	 /* what answers */
	struct live_file failed; /* what could not be taken over */
	struct live_map *retired;
	struct live_arena arena;
	struct live_hits *hits; /* or NULL */
	struct live_cache cache;
	int soon; /* looks that are left */
	struct live_slot slot[];
};

/* Again and again: the directory may be another one by now. */
static void live_watch(struct live *live)
{
	if (live->fd < 0)
		live->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (live->fd >= 0)
		inotify_add_watch(live->fd, live->state,
				  IN_MOVED_TO | IN_CLOSE_WRITE | IN_ONLYDIR);
}

static bool live_same(const struct live_file *a, const struct live_file *b)
{
	return a->release == b->release && a->inode == b->inode &&
	       a->written == b->written && !strcmp(a->map, b->map);
}

/* Verify a map, and the base under it unless the map that answers now has the
 * same: each only if its file has at most max bytes. */
static bool live_map_sound(const struct map *map, struct map *now, uint64_t max)
{
	const struct map *base = map_lower(map);

	if (map_size(map) <= max && map_verify_own(map))
		return false;
	if (!base || (now && (base == now || base == map_lower(now))))
		return true;
	return map_size(base) > max || !map_verify_own(base);
}

/* Open a map file; verify it if it has at most verify_max bytes. */
static int live_map_open(struct map **map, const char *state, const char *name,
			 struct map *now, uint64_t verify_max)
{
	char path[PATH_MAX];
	int err;

	*map = NULL;
	if (!*name)
		return 0;
	state_map_path(path, state, name);
	err = map_open_near(map, path, now);
	if (!err && !live_map_sound(*map, now, verify_max))
		err = error_set(-EBADMSG, "%s is damaged", path);
	if (err) {
		map_close(*map);
		*map = NULL;
	}
	return err;
}

/* Only what does not read as it should is for the store to repair. */
static int live_first(struct live *live, struct map **map)
{
	int err = live_file_read(live->state, &live->now);

	if (!err)
		err = live_map_open(map, live->state, live->now.map, NULL,
				    UINT64_MAX);
	return err ? release_open_map(live->state, &live->now, map, stderr) : 0;
}

/* Say which release a map that nobody has yet answers for; NULL: none does. */
static void live_label(struct live *live, struct map *map, uint64_t release)
{
	if (map)
		map->release = release;
	else
		atomic_store(&live->mapless, release);
}

/* Another map answers, or the same from another place. */
static void live_turned(struct live *live, bool from_file)
{
	char path[PATH_MAX];

	state_map_path(path, live->state, live->now.map);
	live_cache_turn(&live->cache, atomic_load(&live->map), path, from_file);
	live->soon = from_file && live->arena.reader ? LIVE_SOON : 0;
}

int live_open(struct live **result, const char *state, unsigned int workers)
{
	size_t size = sizeof(struct live) + workers * sizeof(struct live_slot);
	struct map *map = NULL;
	struct live *live;
	int err;

	size = (size + 63) & ~(size_t)63;
	live = aligned_alloc(64, size);
	if (!live)
		return error_sys(-ENOMEM, "cannot start");
	memset(live, 0, size);
	live->fd = -1;
	live->arena = LIVE_ARENA_NONE;
	live->cache = LIVE_CACHE_NONE;
	live->workers = workers;
	live->state = strdup(state);
	if (!live->state) {
		err = error_sys(-ENOMEM, "cannot start");
		goto out;
	}
	live_watch(live);
	err = live_first(live, &map);
	if (err)
		goto out;
	live_label(live, map, live->now.release);
	atomic_init(&live->map, map);
	live_turned(live, true);
	*result = live;
	return 0;
out:
	live_close(live);
	return err;
}

void live_close(struct live *live)
{
	struct live_map *retired;

	if (!live)
		return;
	while ((retired = live->retired)) {
		live->retired = retired->next;
		map_close(retired->map);
		free(retired);
	}
	map_close(atomic_load(&live->map));
	live_arena_close(&live->arena);
	live_cache_close(&live->cache);
	if (live->fd >= 0)
		close(live->fd);
	free(live->state);
	free(live);
}

void live_count(struct live *live, struct live_hits *hits)
{
	live->hits = hits;
	live_hits_attach(hits, atomic_load(&live->map), live->now.map);
}

int live_probe(const struct live *live)
{
	struct live_file found;
	struct map *map = NULL;
	int err;

	err = live_file_read(live->state, &found);
	if (!err)
		err = live_map_open(&map, live->state, found.map, NULL, 0);
	map_close(map);
	return err == -EACCES || err == -EPERM ? err : 0;
}

int live_fd(const struct live *live)
{
	return live->fd;
}

uint64_t live_release(const struct live *live)
{
	return live->now.release;
}

uint64_t live_rules(const struct live *live)
{
	const struct map *map = atomic_load(&live->map);

	return map ? map_rules(map) : 0;
}

const struct map *live_enter(struct live *live, unsigned int worker)
{
	_Atomic(struct map *) *slot = &live->slot[worker].map;
	struct map *map = atomic_load(&live->map), *seen;

	/* Announced first, then looked at again: either the control thread
	 * sees the announcement, or this thread sees the new map. */
	for (;;) {
		atomic_store(slot, map);
		seen = atomic_load(&live->map);
		if (seen == map)
			return map;
		map = seen;
	}
}

uint64_t live_release_of(const struct live *live, const struct map *map)
{
	return map ? map->release : atomic_load(&live->mapless);
}

void live_leave(struct live *live, unsigned int worker)
{
	atomic_store_explicit(&live->slot[worker].map, NULL,
			      memory_order_release);
}

/* From the arena, where its bytes were verified when they were loaded: it is
 * switched right behind the live file. Or from its file. */
static int live_take(struct live *live, const struct live_file *found,
		     struct map **map, bool *from_file)
{
	const struct timespec pause = {.tv_nsec = LIVE_PAUSE};
	struct map *now = atomic_load(&live->map);
	int err, tries = LIVE_PAUSES;

	do {
		err = *found->map ? live_arena_take(&live->arena, live->state,
						    found, now, map)
				  : -ENOENT;
	} while (err == -ESTALE && tries-- && !nanosleep(&pause, NULL));
	*from_file = err;
	if (!err)
		return 0;
	return live_map_open(map, live->state, found->map, now,
			     LIVE_VERIFY_MAX);
}

/* Read live, and open its map; read it again if the map went meanwhile. */
static int live_find(struct live *live, struct live_file *found,
		     struct map **map, bool *from_file)
{
	int err, tries;

	for (tries = 0; tries < LIVE_RETRIES; tries++) {
		err = live_file_read(live->state, found);
		if (err)
			memset(found, 0, sizeof(*found));
		if (err || live_same(found, &live->now))
			return err;
		err = live_take(live, found, map, from_file);
		if (err != -ENOENT)
			return err;
	}
	return err;
}

/* @name: of the map's file */
static int live_publish(struct live *live, struct map *map, const char *name)
{
	struct live_map *retired = malloc(sizeof(*retired));

	if (!retired)
		return error_sys(-ENOMEM, "cannot take the release over");
	live_hits_attach(live->hits, map, name);
	retired->map = atomic_exchange(&live->map, map);
	retired->next = live->retired;
	live->retired = retired;
	return 0;
}

static void live_quiet(const struct live *live)
{
	char events[4096];

	while (live->fd >= 0 && read(live->fd, events, sizeof(events)) > 0)
		;
}

/* The same release, from the arena once it has it, and from its file where the
 * arena is left. */
static void live_move(struct live *live)
{
	struct map *now = atomic_load(&live->map), *map = NULL;
	char path[PATH_MAX];
	int err;

	if (live->soon)
		live->soon--;
	state_map_path(path, live->state, live->now.map);
	live_cache_look(&live->cache, now, path);
	if (!now || live_arena_has(&live->arena, now))
		return;
	err = live_arena_take(&live->arena, live->state, &live->now, now, &map);
	if (err && (!map_is_lent(now) ||
		    (!live_arena_leaves(&live->arena) && err != -EFBIG)))
		return;
	if (err && live_map_open(&map, live->state, live->now.map, NULL,
				 LIVE_VERIFY_MAX))
		return;
	live_label(live, map, live->now.release);
	if (live_publish(live, map, live->now.map))
		map_close(map);
	else
		live_turned(live, err);
}

void live_given(struct live *live, struct fast_reader_fds *fds)
{
	if (fds->arena >= 0)
		live_arena_offer(&live->arena, fds);
}

int live_check(struct live *live)
{
	struct live_file found;
	struct map *map = NULL;
	bool from_file = true;
	int err;

	live_quiet(live);
	live_watch(live);
	live_arena_settle(&live->arena);
	err = live_find(live, &found, &map, &from_file);
	if (!err && live_same(&found, &live->now)) {
		live->error_reported = false;
		live_move(live);
		return 0;
	}
	if (!err) {
		live_label(live, map, found.release);
		err = live_publish(live, map, found.map);
	}
	if (!err) {
		live->now = found;
		live->error_reported = false;
		live_turned(live, from_file);
		return 1;
	}
	map_close(map);
	if (live->error_reported && live_same(&found, &live->failed))
		return 0;
	live->error_reported = true;
	live->failed = found;
	return err;
}

static bool live_held(struct live *live, const struct map *map)
{
	unsigned int i;

	for (i = 0; i < live->workers; i++)
		if (map && atomic_load(&live->slot[i].map) == map)
			return true;
	return false;
}

/* The counts of those that were unmapped are final. */
static void live_settle(struct live *live)
{
	const struct map *maps[LIVE_MAPS] = {atomic_load(&live->map)};
	const struct live_map *retired;
	unsigned int count = 1;

	for (retired = live->retired; retired; retired = retired->next) {
		if (count == LIVE_MAPS)
			return;
		maps[count++] = retired->map;
	}
	live_hits_settle(live->hits, maps, count);
}

unsigned int live_reap(struct live *live)
{
	struct live_map **at = &live->retired, *retired;
	unsigned int kept = live->soon > 0;

	while ((retired = *at)) {
		if (live_held(live, retired->map)) {
			at = &retired->next;
			kept++;
			continue;
		}
		*at = retired->next;
		map_close(retired->map);
		free(retired);
	}
	live_settle(live);
	return kept;
}
