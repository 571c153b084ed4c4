// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "fast_arena.h"
#include "fast_arena_free.h"
#include "fast_readers.h"
#include "fastpath.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

/* Servers look for another release once a second, if nothing tells them. */
enum { READERS_WAIT = 2000, READERS_PAUSE = 2 /* ms */ };

struct fast_arena {
	uint8_t *memory;
	struct fast_control *control;
	struct fast_arena_free free;
	int fd;
	int readers;   /* or -errno */
	uint64_t left; /* the word of what was live before the switch */
	fast_arena_leave_fn *leave;
	void *leave_arg;
	char pin[PATH_MAX];
};

/* Have pages there, or say so without a signal. */
static int populate(struct fast_arena *arena, uint64_t at, uint64_t size)
{
	int err;

	if (!madvise(arena->memory + at, size, MADV_POPULATE_WRITE))
		return 0;
	err = -errno;
	return err == -EFAULT ? -ENOMEM : err;
}

static int arena_map(struct fast_arena *arena)
{
	bool writes = (fcntl(arena->fd, F_GETFL) & O_ACCMODE) != O_RDONLY;
	void *memory = mmap((void *)FAST_ARENA_AT, FAST_ARENA_SIZE,
			    writes ? PROT_READ | PROT_WRITE : PROT_READ,
			    MAP_SHARED | MAP_FIXED_NOREPLACE, arena->fd, 0);
	int err = 0;

	if (memory == MAP_FAILED)
		return error_sys(-errno, "cannot map the fast path's memory");
	arena->memory = memory;
	arena->control = memory;
	if (writes)
		err = populate(arena, 0, FAST_AREAS_AT);
	return err ? error_sys(err, "cannot use the fast path's memory") : 0;
}

int fast_arena_open(struct fast_arena **result, int fd, const char *pin)
{
	struct fast_arena *arena = calloc(1, sizeof(*arena));
	int err;

	if (!arena)
		return error_sys(-ENOMEM, "cannot map the fast path's memory");
	arena->fd = fd;
	arena->readers = -ENOENT;
	arena->free = FAST_ARENA_FREE_NONE;
	strncpy(arena->pin, pin, sizeof(arena->pin) - 1);
	err = arena_map(arena);
	if (err)
		fast_arena_close(arena);
	else
		*result = arena;
	return err;
}

void fast_arena_readers(struct fast_arena *arena, int readers)
{
	if (arena->readers >= 0)
		close(arena->readers);
	arena->readers = readers;
}

void fast_arena_leave(struct fast_arena *arena, fast_arena_leave_fn *leave,
		      void *arg)
{
	arena->leave = leave;
	arena->leave_arg = arg;
}

void fast_arena_close(struct fast_arena *arena)
{
	if (!arena)
		return;
	fast_arena_readers(arena, -ENOENT);
	if (arena->memory)
		munmap(arena->memory, FAST_ARENA_SIZE);
	fast_arena_free_close(&arena->free);
	free(arena);
}

/* Whether an entry of the list can be an area: what is written there is not
 * trusted. */
static bool area_sound(const struct fast_area *area)
{
	return area->size && !(area->at % MAP_PAGE) &&
	       !(area->size % MAP_PAGE) && area->at >= FAST_AREAS_AT &&
	       area->at <= FAST_ARENA_SIZE &&
	       area->size <= FAST_ARENA_SIZE - area->at;
}

static struct fast_area *area_at(const struct fast_arena *arena, uint64_t place)
{
	struct fast_area *area = arena->control->area;
	int i;

	for (i = 0; i < FAST_AREAS; i++, area++)
		if (place && area_sound(area) && area->at == place)
			return area;
	return NULL;
}

static uint64_t live_word(const struct fast_arena *arena)
{
	return __atomic_load_n(&arena->control->live, __ATOMIC_RELAXED);
}

const struct fast_area *fast_arena_live(const struct fast_arena *arena)
{
	return area_at(arena, live_word(arena) & UINT32_MAX);
}

const struct fast_area *fast_arena_base(const struct fast_arena *arena)
{
	return area_at(arena, live_word(arena) >> 32);
}

const struct fast_area *fast_arena_area(const struct fast_arena *arena, int i)
{
	const struct fast_area *area = &arena->control->area[i];

	return area_sound(area) ? area : NULL;
}

uint64_t fast_arena_id(const struct fast_arena *arena)
{
	return arena->control->id;
}

const struct fast_area *fast_arena_at(const struct fast_arena *arena,
				      uint64_t place)
{
	return area_at(arena, place);
}

void fast_arena_tapped(const struct fast_arena *arena, uint64_t until)
{
	__atomic_store_n(&arena->control->tap_until, until, __ATOMIC_RELEASE);
}

uint8_t *fast_arena_memory(const struct fast_arena *arena,
			   const struct fast_area *area)
{
	return arena->memory + area->at;
}

const struct map_header *fast_arena_header(const struct fast_arena *arena,
					   const struct fast_area *area)
{
	return (const void *)fast_arena_memory(arena, area);
}

/* Where the gap ends that begins at a place; the same place if it is in an
 * area. */
static uint64_t gap_end(const struct fast_arena *arena, uint64_t at)
{
	const struct fast_area *area = arena->control->area;
	uint64_t end = FAST_ARENA_SIZE;
	int i;

	for (i = 0; i < FAST_AREAS; i++, area++) {
		if (!area_sound(area) || area->at + area->size <= at)
			continue;
		if (area->at <= at)
			return at;
		if (area->at < end)
			end = area->at;
	}
	return end;
}

/* The smallest gap that is large enough, so that small maps do not divide the
 * room of large ones: its place, or 0. *most receives the size of the
 * largest. */
static uint64_t gap_find(const struct fast_arena *arena, uint64_t size,
			 uint64_t *most)
{
	const struct fast_area *area = arena->control->area;
	uint64_t at = FAST_AREAS_AT, found = 0, least = UINT64_MAX, gap;
	int i;

	*most = 0;
	for (i = -1; i < FAST_AREAS; i++) {
		if (i >= 0 && !area_sound(&area[i]))
			continue;
		if (i >= 0)
			at = area[i].at + area[i].size;
		gap = gap_end(arena, at) - at;
		if (gap > *most)
			*most = gap;
		if (gap >= size && gap < least) {
			least = gap;
			found = at;
		}
	}
	return found;
}

static struct fast_area *entry_free(const struct fast_arena *arena)
{
	struct fast_area *area = arena->control->area;
	int i;

	for (i = 0; i < FAST_AREAS; i++, area++)
		if (!area_sound(area))
			return area;
	return NULL;
}

/* Once for each arena. */
static int id_draw(struct fast_control *control)
{
	while (!control->id)
		if (getrandom(&control->id, sizeof(control->id), 0) < 0)
			return error_sys(-errno, "cannot draw a number");
	return 0;
}

/* The entry is whole before it has a size. */
static void entry_fill(struct fast_arena *arena, struct fast_area *area,
		       uint64_t at, uint64_t size)
{
	*area = (struct fast_area){
		.at = at,
		.number = ++arena->control->loads,
	};
	__atomic_store_n(&area->size, size, __ATOMIC_RELEASE);
}

static bool is_live(const struct fast_arena *arena,
		    const struct fast_area *area)
{
	return area == fast_arena_live(arena) || area == fast_arena_base(arena);
}

static bool is_read(const struct fast_arena *arena,
		    const struct fast_area *area)
{
	return fast_readers_any(arena->readers, area->at, area->size);
}

/* Whether there is room that only readers have. */
static bool is_left(const struct fast_arena *arena)
{
	const struct fast_area *area = arena->control->area;
	int i;

	for (i = 0; i < FAST_AREAS; i++, area++)
		if (area_sound(area) && !is_live(arena, area) &&
		    is_read(arena, area))
			return true;
	return false;
}

int fast_arena_take(struct fast_arena *arena, uint64_t size,
		    struct fast_area **result)
{
	struct fast_area *area = entry_free(arena);
	uint64_t at, most, whole;
	int err = fast_arena_free_open(&arena->free, arena->fd, arena->pin);

	if (!err)
		err = id_draw(arena->control);
	if (err)
		return err;
	whole = ((size + MAP_PAGE - 1) & ~(uint64_t)(MAP_PAGE - 1)) + MAP_PAGE;
	at = gap_find(arena, whole, &most);
	if (!area)
		return error_set(
			-EFBIG,
			"the fast path's memory has %d maps, the most it can: what is not live there is read by servers that stand still: have them go on, or end them",
			FAST_AREAS);
	if (!at)
		return error_set(
			-EFBIG,
			"it needs %" PRIu64
			" KiB of the fast path's memory, which has 4 GiB at most and %" PRIu64
			" KiB left in one piece beside %s",
			whole >> 10, most >> 10,
			is_left(arena) ? "what answers now and what servers "
					 "read that stand still: have them go "
					 "on, or end them"
				       : "the release that answers now");
	entry_fill(arena, area, at, whole);
	err = populate(arena, at, whole);
	if (!err) {
		*result = area;
		return 0;
	}
	fast_arena_drop(arena, area);
	return error_sys(err, "it needs %" PRIu64 " KiB of BPF memory",
			 whole >> 10);
}

void fast_arena_switch(struct fast_arena *arena, const struct fast_area *live,
		       const struct fast_area *base)
{
	uint64_t word = (base ? base->at << 32 : 0) | (live ? live->at : 0);

	arena->left = live_word(arena);
	__atomic_store_n(&arena->control->live, word, __ATOMIC_SEQ_CST);
}

int fast_arena_drop(struct fast_arena *arena, struct fast_area *area)
{
	int err = fast_arena_free_open(&arena->free, arena->fd, arena->pin);

	if (!err)
		err = fast_arena_free_pages(&arena->free, area->at, area->size);
	if (!err)
		__atomic_store_n(&area->size, 0, __ATOMIC_RELEASE);
	return err;
}

int fast_arena_wait(struct fast_arena *arena)
{
	int err = fast_arena_free_open(&arena->free, arena->fd, arena->pin);

	return err ? err : fast_arena_free_wait(&arena->free);
}

/* Until no server reads what was switched from. */
static void readers_wait(struct fast_arena *arena)
{
	const struct timespec pause = {.tv_nsec = READERS_PAUSE * 1000000L};
	const struct fast_area *area[] = {
		area_at(arena, arena->left & UINT32_MAX),
		area_at(arena, arena->left >> 32),
	};
	int i, tries = READERS_WAIT / READERS_PAUSE;

	for (i = 0; i < 2; i++)
		while (area[i] && !is_live(arena, area[i]) &&
		       is_read(arena, area[i]) && --tries > 0)
			nanosleep(&pause, NULL);
	arena->left = 0;
}

/* The areas that are not live: how many. */
static int areas_left(const struct fast_arena *arena,
		      struct fast_area *left[FAST_AREAS])
{
	struct fast_area *area = arena->control->area;
	int i, count = 0;

	for (i = 0; i < FAST_AREAS; i++, area++)
		if (area_sound(area) && !is_live(arena, area))
			left[count++] = area;
	return count;
}

/* Those of them that no server reads. */
static int areas_unread(const struct fast_arena *arena,
			struct fast_area *left[FAST_AREAS], int count)
{
	int i, unread = 0;

	for (i = 0; i < count; i++)
		if (!is_read(arena, left[i]))
			left[unread++] = left[i];
	return unread;
}

int fast_arena_tidy(struct fast_arena *arena)
{
	struct fast_area *left[FAST_AREAS];
	int err, i, count;

	readers_wait(arena);
	count = areas_left(arena, left);
	if (!count)
		return 0;
	err = fast_arena_wait(arena);
	if (err)
		return err;
	count = areas_unread(arena, left, count);
	for (i = 0; i < count && arena->leave; i++)
		arena->leave(arena, left[i], arena->leave_arg);
	for (i = 0; i < count && !err; i++)
		err = fast_arena_drop(arena, left[i]);
	return err;
}

uint64_t fast_arena_used(const struct fast_arena *arena)
{
	const struct fast_area *area = arena->control->area;
	uint64_t used = FAST_AREAS_AT;
	int i;

	for (i = 0; i < FAST_AREAS; i++, area++)
		if (area_sound(area))
			used += area->size;
	return used;
}
