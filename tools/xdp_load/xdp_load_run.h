/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XDP_LOAD_RUN_H
#define XDP_LOAD_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "xdp_load_check.h"
#include "xdp_load_requests.h"
#include "xdp_load_target.h"

struct load_options {
	struct load_target target;
	const char *requests;
	double warm, seconds;
	uint32_t rate; /* connections a second; 0: as many as it takes */
	bool keep_alive, json;
};

struct load_result {
	struct load_counts measured; /* during seconds */
	struct load_counts all;	     /* from the first packet to the last */
	double seconds;		     /* that were measured */
	uint64_t begin_ns, end_ns;   /* ... by CLOCK_MONOTONIC */
	uint64_t timeouts;	     /* of all: clients begun anew */
	uint64_t started, unsent;    /* open loop, of all; without a client */
	uint64_t late_max;	     /* ns behind its time of an open loop */
	struct load_check check;
};

/* Set by a signal: load_run() ends soon, with -EINTR. */
extern volatile int load_stopped;

/*
 * load_run - put the clients on the interface, let them ask, take them away
 * @result: all zeros, result->check.requests is set
 *
 * Nothing of it is attached after its end or the process's. For the last tenth
 * of a second the clients answer with RST, so that what the server still has
 * of them goes.
 *
 * Returns 0, or -errno with error_text().
 */
int load_run(const struct load_options *options,
	     const struct load_requests *requests, struct load_result *result);

#endif
