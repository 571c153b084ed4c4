/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_H
#define SERVER_H

#include <stdint.h>

#include "forward.h"
#include "listen.h"
#include "timer.h"

struct server_options {
	const char *state;
	struct listen_set listen;
	const char *fallback;		/* HOST:PORT or NULL */
	struct forward_options forward; /* via NULL: one is made */
	uint64_t resolve;		/* milliseconds between two look-ups */
	const char *user;		/* to become, or NULL */
	unsigned int threads;		/* 0: one per CPU */
	unsigned int connections;	/* at once; 0: as descriptors allow */
	uint32_t head_size;
	uint32_t target_size;
	uint64_t drain; /* bytes of a request's body that are read */
	uint64_t timeout_ms[TIMER_KINDS];
};

/* Have the process live through signals that other servers take for "reload" or
 * "open the logs anew", and those of a terminal that goes. */
void server_signals_ignore(void);

/*
 * server_run - answer requests until SIGTERM, SIGINT or SIGQUIT
 *
 * SIGHUP makes it look at once at what is live.
 * Returns 0, or -errno with error_set() when it could not start.
 */
int server_run(struct server_options *options);

#endif
