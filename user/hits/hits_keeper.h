/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HITS_KEEPER_H
#define HITS_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A process of a server that saves its hits, when a map is answered from no
 * more, and its misses, too, when the server ends, however it does. It has the memory that they
 * are counted in, and each map's file, which may be gone by then. It stays root
 * where the server does not, and then acts as the owner of the state directory.
 */
struct hits_keeper;

/*
 * hits_keeper_start - begin; it ends behind the server
 * @window: descriptor of the memory (hits_window.h), or -1
 * @misses: descriptor of that of misses (miss_memory.h), or -1
 * @name:   of the server's announcement
 *
 * Before the first thread. Returns 0 or -errno with error_set().
 */
int hits_keeper_start(struct hits_keeper **keeper, const char *state,
		      const char *name, int window, int misses);

/* A region is counted in from now on; map: descriptor of its map's file, or
 * -1. */
void hits_keeper_begin(struct hits_keeper *keeper, uint64_t number, int map);

/* Nobody counts in it any more: false where nobody will save it. */
bool hits_keeper_end(struct hits_keeper *keeper, uint64_t number);

/* Whether one of these is saved by now: its number, or 0. Does not wait. */
uint64_t hits_keeper_saved(struct hits_keeper *keeper);

/* Have all saved, and wait for that for some seconds. Accepts NULL. */
void hits_keeper_stop(struct hits_keeper *keeper);

#endif
