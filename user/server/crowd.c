// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "crowd.h"
#include "error.h"

/* A worker's, on cache lines of its own. */
struct crowd_slot {
	_Alignas(64) _Atomic(uint64_t) since[CROWD_KINDS];
	atomic_uint asked;
	atomic_bool waits; /* for another's answer */
	int wake;
};

struct crowd {
	_Alignas(64) atomic_uint taken;
	_Alignas(64) unsigned int connections;
	unsigned int workers;
	struct crowd_slot slot[];
};

int crowd_new(struct crowd **result, unsigned int workers,
	      unsigned int connections)
{
	size_t size =
		sizeof(struct crowd) + workers * sizeof(struct crowd_slot);
	struct crowd *crowd = aligned_alloc(64, size);
	unsigned int i, kind;

	if (!crowd)
		return error_sys(-ENOMEM, "cannot start");
	crowd->connections = connections;
	atomic_init(&crowd->taken, 0);
	for (i = 0; i < workers; i++) {
		struct crowd_slot *slot = &crowd->slot[i];

		for (kind = 0; kind < CROWD_KINDS; kind++)
			atomic_init(&slot->since[kind], CROWD_NOBODY);
		atomic_init(&slot->asked, 0);
		atomic_init(&slot->waits, false);
		slot->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		crowd->workers = i + 1;
		if (slot->wake < 0) {
			int err = error_sys(-errno, "cannot start");

			crowd_free(crowd);
			return err;
		}
	}
	*result = crowd;
	return 0;
}

void crowd_free(struct crowd *crowd)
{
	unsigned int i;

	for (i = 0; crowd && i < crowd->workers; i++)
		if (crowd->slot[i].wake >= 0)
			close(crowd->slot[i].wake);
	free(crowd);
}

int crowd_wake(const struct crowd *crowd, unsigned int worker)
{
	return crowd->slot[worker].wake;
}

bool crowd_enter(struct crowd *crowd)
{
	if (atomic_fetch_add_explicit(&crowd->taken, 1, memory_order_relaxed) <
	    crowd->connections)
		return true;
	crowd_leave(crowd);
	return false;
}

void crowd_leave(struct crowd *crowd)
{
	atomic_fetch_sub_explicit(&crowd->taken, 1, memory_order_relaxed);
}

bool crowd_dense(const struct crowd *crowd)
{
	return atomic_load_explicit(&crowd->taken, memory_order_relaxed) >=
	       crowd->connections / 2;
}

void crowd_offer(struct crowd *crowd, unsigned int worker, enum crowd_kind kind,
		 uint64_t since)
{
	_Atomic(uint64_t) *place = &crowd->slot[worker].since[kind];

	if (atomic_load_explicit(place, memory_order_relaxed) != since)
		atomic_store_explicit(place, since, memory_order_relaxed);
}

int crowd_best(const struct crowd *crowd, uint64_t now)
{
	unsigned int kind, i;

	for (kind = 0; kind < CROWD_KINDS; kind++) {
		uint64_t since, oldest = CROWD_NOBODY;
		int best = -1;

		for (i = 0; i < crowd->workers; i++) {
			since = atomic_load_explicit(
				&crowd->slot[i].since[kind],
				memory_order_relaxed);
			if (since < oldest) {
				oldest = since;
				best = i;
			}
		}
		if (best >= 0 &&
		    (kind == CROWD_IDLE || oldest + CROWD_YOUNG <= now))
			return best;
	}
	return -1;
}

void crowd_ask(struct crowd *crowd, unsigned int worker, int whom)
{
	unsigned int i;

	/* One place at a time: who has not answered yet will. */
	if (atomic_exchange(&crowd->slot[worker].waits, true))
		return;
	if (whom >= 0)
		atomic_fetch_add(&crowd->slot[whom].asked, 1);
	for (i = 0; i < crowd->workers; i++)
		if (whom < 0 ? i != worker : i == (unsigned int)whom)
			eventfd_write(crowd->slot[i].wake, 1);
}

unsigned int crowd_asked(struct crowd *crowd, unsigned int worker)
{
	return atomic_exchange(&crowd->slot[worker].asked, 0);
}

void crowd_answer(struct crowd *crowd, unsigned int worker)
{
	unsigned int i;

	for (i = 0; i < crowd->workers; i++)
		if (i != worker &&
		    atomic_exchange(&crowd->slot[i].waits, false))
			eventfd_write(crowd->slot[i].wake, 1);
}
