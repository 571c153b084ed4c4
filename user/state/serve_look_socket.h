/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVE_LOOK_SOCKET_H
#define SERVE_LOOK_SOCKET_H

#include <stdint.h>

/*
 * What both sides of a server's look socket know (server_socket.h). It gives
 * descriptors of memory that the server writes and others read. Who connects
 * sends one look_ask. He gets a look_message with a descriptor for each memory,
 * and one without as the last. Then the connection ends, or, for a kind that
 * somebody is to go on looking at, stays as long as he keeps it.
 */

/* What can be looked at. */
enum look_kind {
	LOOK_HITS = 1,
	LOOK_MISSES,
	LOOK_TAP,
	LOOK_KINDS,
};

enum {
	LOOK_MAGIC = 0x316c7464, /* "dtl1" */
	LOOK_NAME = 64,
};

struct look_ask {
	uint32_t magic;
	uint32_t kind;
};

struct look_message {
	uint32_t magic;
	uint32_t kind;
	int32_t err; /* of the last one: 0 or -errno */
	uint32_t last;
	uint64_t id;	      /* what this is for, by the kind */
	char name[LOOK_NAME]; /* as well */
};

_Static_assert(sizeof(struct look_message) == 24 + LOOK_NAME, "no padding");

#endif
