/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_TAP_RING_H
#define FAST_TAP_RING_H

#include <stddef.h>
#include <stdint.h>

/* The rings of a tap, one of each CPU, in a part of the map `tap_records`. The
 * kernel takes them out of it when the descriptor is closed by which they came. */
struct fast_tap_ring;

/* A record of a CPU. Not 0 ends this fast_tap_ring_read(); the
 * next one goes on behind. */
typedef int fast_tap_ring_fn(void *arg, int cpu, const void *data, size_t len);

/*
 * fast_tap_ring_open - put rings into the part of a slot
 * @map:  a descriptor of the map
 * @room: bytes for each CPU, a power of 2 of pages; 0: as usual
 *
 * Returns 0 or -errno with error_set().
 */
int fast_tap_ring_open(struct fast_tap_ring **ring, int map, uint32_t slot,
		       size_t room, fast_tap_ring_fn *fn, void *arg);

/* Give what waits to the function, and go on with the rest at the next call. */
void fast_tap_ring_read(struct fast_tap_ring *ring);

/* Readable when much waits. */
int fast_tap_ring_fd(const struct fast_tap_ring *ring);

/* Accepts NULL. */
void fast_tap_ring_close(struct fast_tap_ring *ring);

#endif
