// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "fast_arena.h"
#include "fast_tap_slot.h"

static const size_t mapped = TAP_SLOTS * sizeof(struct tap_want);

/* The programs' clock (packet_tick() in bpf/packet.bpf.h). */
static uint64_t seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return now.tv_sec;
}

static struct tap_want *want_of(const struct fast_tap_slot *slot)
{
	return &slot->taps[slot->number];
}

static void until_set(struct tap_want *want, uint64_t until)
{
	__atomic_store_n(&want->until, until, __ATOMIC_RELEASE);
}

/* In a slot that nobody reads: its time is over. */
static void want_set(struct fast_tap_slot *slot, const struct tap_want *want)
{
	struct tap_want *to = want_of(slot);

	to->owner = slot->owner;
	to->lost = 0;
	to->kinds = want->kinds;
	to->code = want->code;
	to->sample = want->sample;
	to->host = want->host;
	/* A tap that begins at the same time must not take it, too. */
	until_set(to, seconds_now() + FAST_TAP_LEASE);
}

static int slot_find(struct fast_tap_slot *slot, const struct tap_want *want)
{
	uint64_t now = seconds_now();

	for (slot->number = 0; slot->number < TAP_SLOTS; slot->number++) {
		if (want_of(slot)->until > now)
			continue;
		want_set(slot, want);
		return 0;
	}
	return error_set(-EBUSY,
			 "%d others look at the fast path's answers already",
			 TAP_SLOTS);
}

int fast_tap_slot_take(struct fast_tap_slot *slot, int map, const char *folder,
		       const struct tap_want *want)
{
	int lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;
	void *taps = MAP_FAILED;

	memset(slot, 0, sizeof(*slot));
	if (lock < 0 || flock(lock, LOCK_EX) ||
	    getrandom(&slot->owner, sizeof(slot->owner), 0) < 0)
		err = error_sys(-errno, "cannot lock %s", folder);
	if (!err) {
		taps = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_SHARED,
			    map, 0);
		if (taps == MAP_FAILED)
			err = error_sys(
				-errno,
				"cannot see what the fast path answers");
	}
	if (!err) {
		slot->taps = taps;
		err = slot_find(slot, want);
	}
	if (lock >= 0)
		close(lock);
	if (err && slot->taps) {
		munmap(slot->taps, mapped);
		slot->taps = NULL;
	}
	return err;
}

int fast_tap_slot_renew(const struct fast_tap_slot *slot,
			const struct fast_arena *arena)
{
	uint64_t now = seconds_now(), until = now + FAST_TAP_LEASE;
	struct tap_want *want = want_of(slot);
	bool over = want->until <= now;

	if (want->owner != slot->owner)
		return -ESTALE;
	until_set(want, until);
	fast_arena_tapped(arena, until);
	return over;
}

uint64_t fast_tap_slot_lost(const struct fast_tap_slot *slot)
{
	return slot->taps && want_of(slot)->owner == slot->owner
		       ? __atomic_load_n(&want_of(slot)->lost, __ATOMIC_RELAXED)
		       : 0;
}

void fast_tap_slot_leave(struct fast_tap_slot *slot)
{
	if (!slot->taps)
		return;
	if (want_of(slot)->owner == slot->owner)
		until_set(want_of(slot), 0);
	munmap(slot->taps, mapped);
	slot->taps = NULL;
}
