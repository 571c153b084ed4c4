/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_LIST_FILE_H
#define SERVER_LIST_FILE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The file of a server in the list, its announcement. It is text in a part of
 * fixed size, so that it is always replaced as a whole:
 *
 *   PID SINCE RELEASE ADDRESSES
 *   layout MIN MAX
 *
 * and zeros; after it struct server_list_block. What a server of 0.1.0 writes
 * has the first line only.
 */
enum {
	SERVER_LIST_TEXT = 512,
	SERVER_LIST_LISTEN = 384, /* of these the addresses, with a NUL */
	SERVER_LIST_COUNTERS = 256,
	SERVER_LIST_MAGIC = 0x32637464, /* "dtc2" */
	SERVER_LIST_LAYOUT = 2,		/* of a server that says none */
};

struct server_list_block {
	uint32_t magic;
	uint32_t count;
	uint64_t id; /* of the server's run, drawn at random */
	uint64_t value[SERVER_LIST_COUNTERS];
};

/* Read the block of an announcement; false: it has none. */
bool server_list_block_read(int fd, struct server_list_block *block);

/* Remove an announcement and what else has its name. */
void server_list_forget(int dir, const char *name);

#endif
