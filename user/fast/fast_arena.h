/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_ARENA_H
#define FAST_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fast_area;
struct fast_arena;
struct map_header;

/*
 * An instance's arena in this process: the memory that the fast path answers
 * from (fastpath.h has its layout). What is said of writing is for the one
 * process that holds the lock of the state directory. Functions return 0 or
 * -errno with error_set() unless said otherwise.
 *
 * Its pages count towards the memory limit of the control group of the command
 * that made it, whoever loads a release.
 */

/*
 * fast_arena_open - map an arena
 * @fd:  of it, open for as long; for reading only where it was so opened
 * @pin: as of fast_arena_free_open()
 *
 * One at a time in a process: the kernel wants all mappings at one place.
 */
int fast_arena_open(struct fast_arena **arena, int fd, const char *pin);

/* By what fast_readers_open() returned it is to look who else reads; the arena's
 * own from now on. Nobody does until then. */
void fast_arena_readers(struct fast_arena *arena, int readers);

/* Is told of each area that fast_arena_tidy() is about to give back, before any
 * is. */
typedef void fast_arena_leave_fn(const struct fast_arena *arena,
				 const struct fast_area *area, void *arg);
void fast_arena_leave(struct fast_arena *arena, fast_arena_leave_fn *leave,
		      void *arg);

/* Accepts NULL. */
void fast_arena_close(struct fast_arena *arena);

/* By what it is told from all other arenas; 0: nothing was ever taken of it. */
uint64_t fast_arena_id(const struct fast_arena *arena);

/* Number i of FAST_AREAS; NULL if it is none. */
const struct fast_area *fast_arena_area(const struct fast_arena *arena, int i);

/* The area of what answers now, or of the base below it; NULL: there is
 * none. */
const struct fast_area *fast_arena_live(const struct fast_arena *arena);
const struct fast_area *fast_arena_base(const struct fast_arena *arena);

/* The area that begins at a place; NULL: none does. */
const struct fast_area *fast_arena_at(const struct fast_arena *arena,
				      uint64_t place);

/* Have programs look at taps until so many seconds of CLOCK_MONOTONIC; any
 * process, without the lock. */
void fast_arena_tapped(const struct fast_arena *arena, uint64_t until);

/* The header that an area begins with, and its memory, for writing. */
const struct map_header *fast_arena_header(const struct fast_arena *arena,
					   const struct fast_area *area);
uint8_t *fast_arena_memory(const struct fast_arena *arena,
			   const struct fast_area *area);

/*
 * fast_arena_take - memory for a map, zeros, that nobody reads yet
 * @size: of the map, to which a page is added
 *
 * -EFBIG where the arena has no room beside what is in it, -ENOMEM where the
 * machine or the control group has no memory, -EPERM without CAP_BPF; then nothing
 * is taken. error_set() says how much was wanted, without what for.
 */
int fast_arena_take(struct fast_arena *arena, uint64_t size,
		    struct fast_area **area);

/*
 * fast_arena_switch - answer from an area, and from a base below it or NULL;
 * NULL: from nothing
 *
 * All programs at once; those that have begun may read what was live before
 * until fast_arena_tidy() has waited for them.
 */
void fast_arena_switch(struct fast_arena *arena, const struct fast_area *live,
		       const struct fast_area *base);

/* An area that is not live, and that no program reads: give its memory back. */
int fast_arena_drop(struct fast_arena *arena, struct fast_area *area);

/* Until all programs have ended that may use what was switched from. */
int fast_arena_wait(struct fast_arena *arena);

/*
 * fast_arena_tidy - give back what is not live and what nobody reads
 *
 * Waits for programs first, if there is something, and some 2 s for servers to
 * leave what was live when this process switched. What fails, or is read still,
 * is left to the next call.
 */
int fast_arena_tidy(struct fast_arena *arena);

/* Bytes of memory that are in use in all. */
uint64_t fast_arena_used(const struct fast_arena *arena);

#endif
