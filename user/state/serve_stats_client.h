/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVE_STATS_CLIENT_H
#define SERVE_STATS_CLIENT_H

#include <stdint.h>

#include "serve_counter.h"

/* Asking a running server for its counters. */

/*
 * serve_stats_read - the counters of a server
 * @path: of its announcement
 *
 * A counter that a server of another version does not have is 0. Waits for
 * up to two seconds. Returns 0 or -errno with error_set(): -ENOENT,
 * -ECONNREFUSED or -ECONNRESET where no server gives any, -ETIMEDOUT, -EBADMSG
 * for what are no counters.
 */
int serve_stats_read(uint64_t value[SERVE_COUNT], const char *path);

#endif
