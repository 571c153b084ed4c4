/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XDP_LOAD_REQUESTS_H
#define XDP_LOAD_REQUESTS_H

#include <stdbool.h>
#include <stdint.h>

#include "xdp_load.h"

/* What is asked, and the Location that is to come; "" for none. */
struct load_requests {
	uint32_t count;
	uint64_t lines, too_long; /* of the file; of them, no frame has room */
	struct load_request *request;
	char **location;
};

/*
 * load_requests_read - read a file of requests
 * @keep_alive: leave "Connection: close" out
 *
 * A line is host, path with query, expected status and expected Location,
 * with tabs between; the last may be missing. Of more than LOAD_REQUESTS lines
 * so many are drawn at random, the same in each run. Returns 0, or -errno with
 * error_text(): a line that is none, or no line at all.
 */
int load_requests_read(struct load_requests *requests, const char *path,
		       bool keep_alive);

/* Free what was read; all zeros are nothing. */
void load_requests_free(struct load_requests *requests);

#endif
