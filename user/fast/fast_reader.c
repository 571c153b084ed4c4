// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "error.h"
#include "fast_map.h"
#include "fast_reader.h"
#include "fast_readers.h"
#include "fastpath.h"
#include "live_file.h"
#include "map_file.h"
#include "map_lent.h"
#include "map_view.h"

enum {
	READER_TRIES = 4, /* while releases are switched */

	/* What servers read that stand still, beside what is live and next, is
	 * at most half of the arena for two of them. */
	READER_PART = 4,
};

/* An area that a map is read from. */
struct hold {
	uint64_t at, size; /* 0: none */
	unsigned int users;
};

struct fast_reader {
	struct map_lender lender; /* first */
	const uint8_t *memory;
	const struct fast_control *control;
	int readers;
	struct hold hold[FAST_AREAS];
};

/* What the control page says, at one moment. */
struct found {
	uint64_t word;
	struct fast_area live, base; /* .size 0: none */
};

void fast_reader_fds_close(struct fast_reader_fds *fds)
{
	if (fds->arena >= 0)
		close(fds->arena);
	if (fds->readers >= 0)
		close(fds->readers);
	*fds = (struct fast_reader_fds){-1, -1};
}

static struct hold *hold_at(struct fast_reader *reader, uint64_t at)
{
	int i;

	for (i = 0; i < FAST_AREAS; i++)
		if (reader->hold[i].users && reader->hold[i].at == at)
			return &reader->hold[i];
	return NULL;
}

static int hold(struct fast_reader *reader, const struct fast_area *area)
{
	struct hold *held = hold_at(reader, area->at);
	int i, err;

	for (i = 0; !held && i < FAST_AREAS; i++)
		if (!reader->hold[i].users)
			held = &reader->hold[i];
	if (!held || (held->users && held->size != area->size))
		return -EBUSY;
	err = held->users ? 0
			  : fast_readers_hold(reader->readers, area->at,
					      area->size);
	if (err)
		return err;
	held->at = area->at;
	held->size = area->size;
	held->users++;
	return 0;
}

static void leave(struct fast_reader *reader, uint64_t at)
{
	struct hold *held = hold_at(reader, at);

	if (held && !--held->users)
		fast_readers_leave(reader->readers, held->at, held->size);
}

static void map_back(const struct map_lender *lender, const uint8_t *memory)
{
	struct fast_reader *reader = (struct fast_reader *)lender;

	leave(reader, memory - reader->memory);
}

int fast_reader_open(struct fast_reader **result, struct fast_reader_fds *fds)
{
	struct fast_reader *reader = calloc(1, sizeof(*reader));
	void *memory = MAP_FAILED;
	int err = -ENOMEM;

	if (reader) {
		memory = mmap((void *)FAST_ARENA_AT, FAST_ARENA_SIZE, PROT_READ,
			      MAP_SHARED | MAP_FIXED_NOREPLACE, fds->arena, 0);
		err = memory == MAP_FAILED ? -errno : 0;
	}
	if (err) {
		free(reader);
		fast_reader_fds_close(fds);
		return error_sys(err, "cannot read the fast path's memory");
	}
	reader->lender.back = map_back;
	reader->memory = memory;
	reader->control = memory;
	reader->readers = fds->readers;
	fds->readers = -1;
	fast_reader_fds_close(fds);
	*result = reader;
	return 0;
}

static uint64_t live_word(const struct fast_reader *reader)
{
	return __atomic_load_n(&reader->control->live, __ATOMIC_SEQ_CST);
}

static void area_find(struct fast_area *found, const struct fast_reader *reader,
		      uint64_t place)
{
	const struct fast_area *area = reader->control->area;
	int i;

	found->size = 0;
	for (i = 0; place && i < FAST_AREAS; i++, area++) {
		if (area->at != place || !area->size)
			continue;
		*found = *area;
		if (found->at % MAP_PAGE || found->at < FAST_AREAS_AT ||
		    found->size < 2 * MAP_PAGE ||
		    found->size > FAST_ARENA_SIZE - found->at)
			found->size = 0;
		return;
	}
}

static void control_read(struct found *found, const struct fast_reader *reader)
{
	memset(found, 0, sizeof(*found));
	found->word = live_word(reader);
	area_find(&found->live, reader, found->word & UINT32_MAX);
	area_find(&found->base, reader, found->word >> 32);
}

/* Whether it is the very file. */
static int found_check(const struct found *found, const char *state,
		       const struct live_file *live)
{
	const struct fast_loaded *have = &found->live.loaded;
	struct fast_loaded want;
	int err = fast_map_describe(state, live, &want);

	if (err)
		return err;
	if (!found->live.size || (found->word >> 32 && !found->base.size) ||
	    want.release != have->release || want.inode != have->inode ||
	    want.written != have->written ||
	    memcmp(want.name, have->name, sizeof(want.name)))
		return -ESTALE;
	return found->live.size + found->base.size >
			       FAST_ARENA_SIZE / READER_PART
		       ? -EFBIG
		       : 0;
}

/* Both areas, or none; then they are what is live, and stay. */
static int found_hold(struct fast_reader *reader, const struct found *found)
{
	struct found again;
	int err = hold(reader, &found->live);

	if (err)
		return err;
	if (found->base.size)
		err = hold(reader, &found->base);
	if (err) {
		leave(reader, found->live.at);
		return err;
	}
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	control_read(&again, reader);
	if (!memcmp(&again, found, sizeof(again)))
		return 0;
	leave(reader, found->live.at);
	if (found->base.size)
		leave(reader, found->base.at);
	return -EAGAIN;
}

/* The lower map, if there is one: that of the map before, or anew. */
static int lower_take(struct fast_reader *reader, const struct fast_area *base,
		      struct map *near, struct map **lower)
{
	const uint8_t *memory = reader->memory + base->at;

	*lower = NULL;
	if (!base->size)
		return 0;
	if (near && map_lower(near))
		near = (struct map *)map_lower(near);
	if (!near || map_memory(near, &reader->lender) != memory)
		return map_lent(lower, memory, base->size, NULL,
				&reader->lender);
	*lower = map_share(near);
	leave(reader, base->at); /* it has the lock already */
	return 0;
}

static int found_open(struct fast_reader *reader, const struct found *found,
		      struct map *near, struct map **map)
{
	struct map *lower;
	int err = lower_take(reader, &found->base, near, &lower);

	if (!err)
		return map_lent(map, reader->memory + found->live.at,
				found->live.size, lower, &reader->lender);
	leave(reader, found->live.at);
	return err;
}

int fast_reader_take(struct fast_reader *reader, const char *state,
		     const struct live_file *live, struct map *near,
		     struct map **map)
{
	int err = -EAGAIN, tries;
	struct found found;

	for (tries = 0; tries < READER_TRIES && err == -EAGAIN; tries++) {
		control_read(&found, reader);
		err = found_check(&found, state, live);
		if (!err)
			err = found_hold(reader, &found);
	}
	return err ? err : found_open(reader, &found, near, map);
}

bool fast_reader_has(const struct fast_reader *reader, const struct map *map)
{
	uint64_t word;

	if (!map || !map_memory(map, &reader->lender))
		return false;
	word = live_word(reader);
	return map_memory(map, &reader->lender) ==
	       reader->memory + (word & UINT32_MAX);
}

bool fast_reader_gone(const struct fast_reader *reader)
{
	return fast_readers_gone(reader->readers);
}

bool fast_reader_busy(const struct fast_reader *reader)
{
	int i;

	for (i = 0; i < FAST_AREAS; i++)
		if (reader->hold[i].users)
			return true;
	return false;
}

void fast_reader_close(struct fast_reader *reader)
{
	if (!reader)
		return;
	munmap((void *)reader->memory, FAST_ARENA_SIZE);
	close(reader->readers);
	free(reader);
}
