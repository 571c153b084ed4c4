/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_ARENA_FREE_H
#define FAST_ARENA_FREE_H

#include <stdint.h>

/*
 * What it takes to give memory of an arena back, made before anything is loaded
 * into it. Functions return 0 or -errno with error_set().
 */
struct fast_arena_free {
	int program;	  /* that gives pages back */
	int inner, outer; /* maps, to wait with */
};

/* None is open. */
#define FAST_ARENA_FREE_NONE ((struct fast_arena_free){-1, -1, -1})

/*
 * fast_arena_free_open - have it ready
 * @fd:  the arena
 * @pin: where the program is pinned, or will be from now on if that can be; "":
 *       nowhere. To load it takes some 50 ms, most of it for the kernel's BTF.
 *
 * Needs CAP_BPF. Does nothing where it is open.
 */
int fast_arena_free_open(struct fast_arena_free *with, int fd, const char *pin);

/* Wait until each program that runs has ended, some 10 ms. */
int fast_arena_free_wait(const struct fast_arena_free *with);

/*
 * fast_arena_free_pages - give the pages back that are in a range
 *
 * They vanish from all mappings. In steps, between which others may use the
 * arena; the kernel takes some 20 us a page, and interrupts all CPUs for each.
 */
int fast_arena_free_pages(const struct fast_arena_free *with, uint64_t at,
			  uint64_t size);

/* Accepts one that is not open. */
void fast_arena_free_close(struct fast_arena_free *with);

#endif
