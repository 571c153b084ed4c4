/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HITS_KEEPER_RUN_H
#define HITS_KEEPER_RUN_H

#include <stdint.h>
#include <stdnoreturn.h>

/* Private to the keeper: what the server says, and the process itself. */

enum hits_keeper_what { HITS_KEEPER_BEGIN = 'b', HITS_KEEPER_END = 'e' };

/* With the descriptor of the map's file, for a begin. The answer to an end is the
 * number. */
struct hits_keeper_message {
	uint64_t what;
	uint64_t number;
};

enum { HITS_KEEPER_FDS = 3 };

/* In the child. @fds: its end of the socket, the memory of hits and that of misses;
 * -1: none */
noreturn void hits_keeper_run(const char *state, const char *name, int *fds);

#endif
