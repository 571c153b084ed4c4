/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_SLOT_H
#define FAST_SLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "fastpath.h"

struct fast_instance;

/*
 * The slots of an instance's `releases` map (fastpath.h). Functions return 0 or
 * -errno with error_set() unless said otherwise.
 */
struct fast_slot {
	int fd; /* of the array, open until fast_slot_close(), or -1 */
	struct map_header header;
	struct fast_loaded loaded;
};

/*
 * fast_slot_open - look into a slot
 *
 * -ENOENT without error_set() when it is empty, -EPERM for users without
 * CAP_SYS_ADMIN: the kernel gives maps by their number to nobody else.
 */
int fast_slot_open(struct fast_slot *slot, const struct fast_instance *instance,
		   uint32_t number);

/* Accepts one that was not opened. */
void fast_slot_close(struct fast_slot *slot);

/* Whether an array is the lower map of the overlay with that header. */
bool fast_slot_is_lower(const struct fast_slot *slot,
			const struct map_header *overlay);

/*
 * fast_slots_fill - put arrays into slots, one after the other
 * @count: 1 or 2
 *
 * When it returns, no program reads what was in them before: some 10 ms, once
 * for all.
 */
int fast_slots_fill(const struct fast_instance *instance,
		    const uint32_t *number, const int *fd, uint32_t count);

/* Empty the slots that hold no lower map, given the one that does (0: none).
 * What fails is done by the next change. */
void fast_slots_drop(const struct fast_instance *instance, uint32_t slot);

#endif
