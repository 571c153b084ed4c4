/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVE_STATS_SOCKET_H
#define SERVE_STATS_SOCKET_H

#include <stdint.h>

#include "serve_counter.h"

/* What a server sends to who connects to its socket for counters
 * (server_socket.h). */
struct serve_stats_message {
	uint32_t magic;
	uint32_t count;
	uint64_t value[SERVE_COUNT]; /* count of them */
};

enum { SERVE_STATS_MAGIC = 0x31637464 }; /* "dtc1" */

#endif
