/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "access_log.h"
#include "forward.h"
#include "listen.h"
#include "timer.h"
#include "trust.h"

/* What a server is told when it starts. Workers only read it. */
struct server_options {
	const char *state;
	struct listen_set listen;
	struct trust trust;		/* whose PROXY headers are believed */
	const char *fallback;		/* HOST:PORT or NULL */
	bool fallback_proxy;		/* it gets a PROXY header */
	struct forward_options forward; /* via NULL: one is made */
	uint64_t resolve;		/* milliseconds between two look-ups */
	struct access_options access;
	const char *user;	  /* to become, or NULL */
	unsigned int threads;	  /* 0: one per CPU */
	uint64_t hits;		  /* bytes for the counts of a map; 0: none */
	unsigned int connections; /* at once; 0: as descriptors allow */
	uint32_t head_size;
	uint32_t target_size;
	uint64_t misses_memory; /* bytes for each worker; 0: none is counted */
	uint64_t drain;		/* bytes of a request's body that are read */
	uint64_t timeout_ms[TIMER_KINDS];
};

#endif
