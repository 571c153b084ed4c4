/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_TAP_SLOT_H
#define FAST_TAP_SLOT_H

#include <stdint.h>

#include "tap.h"

struct fast_arena;

/* A slot of the map `taps`, for some seconds at a time: programs stop to write for
 * a tap that does not renew it. */
struct fast_tap_slot {
	struct tap_want *taps; /* the map, mapped; NULL: none */
	uint32_t number;
	uint64_t owner;
};

enum { FAST_TAP_LEASE = 3 /* seconds */ };

/*
 * fast_tap_slot_take - take a slot that is nobody's
 * @map:    a descriptor of the map
 * @folder: of the instance, where taps wait for each other
 * @want:   what is wanted; until, owner and lost are set
 *
 * Programs write from fast_tap_slot_renew() on. Returns 0, or -errno with
 * error_set(): -EBUSY where all slots are taken.
 */
int fast_tap_slot_take(struct fast_tap_slot *slot, int map, const char *folder,
		       const struct tap_want *want);

/* Have it for some seconds more: 0, 1 when that was over, so that it was not told
 * all; or -ESTALE, without error_set(), when another tap has taken it since. */
int fast_tap_slot_renew(const struct fast_tap_slot *slot,
			const struct fast_arena *arena);

/* How many records there was no room for. */
uint64_t fast_tap_slot_lost(const struct fast_tap_slot *slot);

/* Give it back. Accepts one that was not taken. */
void fast_tap_slot_leave(struct fast_tap_slot *slot);

#endif
