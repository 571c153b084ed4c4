// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "fast_area_hits.h"
#include "fast_arena.h"
#include "fast_hits.h"
#include "fast_instance.h"
#include "fast_readers.h"
#include "fastpath.h"
#include "hits.h"
#include "map_file.h"
#include "map_lent.h"
#include "map_view.h"

void fast_hits_read(const struct fast_hits *hits, uint64_t first,
		    struct hit *hit, size_t count)
{
	uint64_t now = time(NULL);
	const struct map_rule *rule;
	uint32_t addr;

	for (; count; count--, hit++, first++) {
		*hit = (struct hit){0, 0};
		addr = hits_addr(map_header(hits->map), first);
		if (!addr)
			continue;
		rule = map_record(hits->map, addr);
		hit->count = __atomic_load_n(&rule->hits, __ATOMIC_RELAXED);
		if (hit->count)
			hit->last = hits_seconds(
				__atomic_load_n(&rule->hit, __ATOMIC_RELAXED),
				now);
	}
}

/* A walk without the lock of the state directory. */
struct walk {
	const struct fast_area *live, *base;
	int readers;
};

static int walk_hold(struct walk *walk)
{
	int err = fast_readers_hold(walk->readers, walk->live->at,
				    walk->live->size);

	return err || !walk->base
		       ? err
		       : fast_readers_hold(walk->readers, walk->base->at,
					   walk->base->size);
}

/* Hold what is live, so that it stays: as fast_reader.c does. Closing the
 * descriptor leaves it. */
static int walk_begin(struct walk *walk, const struct fast_arena *arena,
		      const struct fast_instance *instance)
{
	enum { TRIES = 4 };
	int tries, err;

	for (tries = 0; tries < TRIES; tries++) {
		walk->readers =
			fast_readers_open(fast_instance_folder(instance));
		if (walk->readers < 0)
			return walk->readers;
		walk->live = fast_arena_live(arena);
		walk->base = fast_arena_base(arena);
		if (!walk->live)
			return 0;
		err = walk_hold(walk);
		if (!err && walk->live == fast_arena_live(arena) &&
		    walk->base == fast_arena_base(arena))
			return 0;
		close(walk->readers);
	}
	return -EAGAIN;
}

static int live_each(const struct fast_arena *arena,
		     const struct fast_instance *instance, fast_hits_fn *each,
		     void *arg)
{
	struct walk walk;
	int err = walk_begin(&walk, arena, instance);

	if (err)
		return error_sys(err, "cannot read %s",
				 fast_instance_folder(instance));
	if (walk.live)
		err = fast_area_hits_tell(arena, walk.live, each, arg);
	if (!err && walk.base)
		err = fast_area_hits_tell(arena, walk.base, each, arg);
	close(walk.readers);
	return err;
}

static int all_each(const struct fast_arena *arena, fast_hits_fn *each,
		    void *arg)
{
	const struct fast_area *area;
	int i, err = 0;

	for (i = 0; i < FAST_AREAS && !err; i++) {
		area = fast_arena_area(arena, i);
		if (area)
			err = fast_area_hits_tell(arena, area, each, arg);
	}
	return err;
}

int fast_hits_each(const char *state, bool locked, fast_hits_fn *each,
		   void *arg)
{
	struct fast_instance *instance = NULL;
	struct fast_arena *arena = NULL;
	int err = fast_instance_open(&instance, state);

	if (err)
		return err;
	err = fast_instance_check(instance);
	if (!err)
		err = fast_instance_arena(instance, &arena);
	if (!err)
		err = locked ? all_each(arena, each, arg)
			     : live_each(arena, instance, each, arg);
	fast_instance_close(instance);
	return err;
}

void fast_hits_leave_all(const struct fast_instance *instance)
{
	struct fast_arena *arena;
	const struct fast_area *area;
	char reason[ERROR_TEXT];
	int i;

	error_save(reason);
	if (fast_instance_check(instance) ||
	    fast_instance_arena(instance, &arena) || fast_arena_wait(arena))
		goto out;
	for (i = 0; i < FAST_AREAS; i++) {
		area = fast_arena_area(arena, i);
		if (area)
			fast_area_hits_leave(
				arena, area,
				(void *)fast_instance_state(instance));
	}
out:
	error_restore(reason);
}
