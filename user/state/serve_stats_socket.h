/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVE_STATS_SOCKET_H
#define SERVE_STATS_SOCKET_H

#include <stdint.h>

#include "serve_counter.h"

struct sockaddr_un;

/*
 * The socket that a server gives its counters by, beside its announcement
 * (server_list.h), and what both sides of it know.
 */

/* The name of the socket is that of the announcement, with this behind. */
#define SERVE_STATS_SUFFIX ".counters"

/* What is sent to who connects. */
struct serve_stats_message {
	uint32_t magic;
	uint32_t count;
	uint64_t value[SERVE_COUNT]; /* count of them */
};

enum { SERVE_STATS_MAGIC = 0x31637464 }; /* "dtc1" */

/*
 * serve_stats_socket_address - the address of the socket beside an announcement
 * @dir: receives what is to be closed when the address is not needed any
 *       more, or -1
 *
 * Returns 0 or -errno.
 */
int serve_stats_socket_address(struct sockaddr_un *addr, int *dir,
			       const char *path);

/*
 * serve_stats_socket - make the socket; what is left there is removed
 * @path: of the announcement, up to PATH_MAX bytes
 *
 * Sets the umask while it works: no other thread may make files meanwhile.
 * Returns it, or -errno with error_set().
 */
int serve_stats_socket(const char *path);

#endif
