/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_ARENA_FREE_H
#define FAST_ARENA_FREE_H

#include <stdint.h>

/* All return 0 or -errno with error_set() unless said otherwise, and need
 * CAP_BPF. */

/* fast_arena_wait - wait until each program that runs has ended, some 10 ms. */
int fast_arena_wait(void);

/*
 * fast_arena_freer - the program that gives pages of an arena back
 * @fd:  the arena
 * @pin: where it is pinned, or will be from now on if that can be; "": nowhere
 *
 * To load it takes some 50 ms, most of it for reading the kernel's BTF. Returns
 * a descriptor or -errno.
 */
int fast_arena_freer(int fd, const char *pin);

/*
 * fast_arena_free - give the pages back that are in a range
 *
 * They vanish from all mappings. In steps, between which others may use the
 * arena; the kernel takes some 20 us a page, and interrupts all CPUs for each.
 */
int fast_arena_free(int freer, uint64_t at, uint64_t size);

#endif
