/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XDP_LOAD_CLIENTS_H
#define XDP_LOAD_CLIENTS_H

#include <stdint.h>

#include "xdp_load.h"
#include "xdp_load_run.h"

/* The user side of the virtual clients: it begins their connections. */
struct load_clients {
	const struct load_target *target;
	const struct load_requests *requests;
	volatile struct load_client *client; /* the program's */
	struct load_seen {
		uint32_t base;
		uint64_t since;
	} * seen;
	int fd;
	uint32_t swept, next; /* where sweep and open loop go on */
	uint64_t period, due; /* ns of an open loop; 0: closed */
	struct load_result *result;
};

uint64_t load_clients_now(void); /* CLOCK_MONOTONIC in ns */

/* target, requests, client, period and result are set. Returns 0, or -errno
 * with error_text(). */
int load_clients_open(struct load_clients *clients);

/*
 * Look after some clients: those that wait for longer than half a second have
 * lost something, which is counted, and made an end of; in a closed loop these
 * and the idle ones begin anew. Not so many at a time that the queues of a veth
 * pair overflow. Returns 0, or -errno with error_text().
 */
int load_clients_sweep(struct load_clients *clients);

/* Begin the connections of an open loop that are due. */
int load_clients_pace(struct load_clients *clients);

/* Reset the connections that are still open: their server may be slower than
 * the end of a run, and would meet the next run's clients. Returns 0, or -errno
 * with error_text(). */
int load_clients_end(struct load_clients *clients);

void load_clients_close(struct load_clients *clients);

#endif
