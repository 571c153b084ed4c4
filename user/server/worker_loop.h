/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WORKER_LOOP_H
#define WORKER_LOOP_H

#include <stddef.h>

struct worker;

/*
 * worker_start - start a worker's thread on listening sockets
 * @fds: one for each address of the options; the worker closes them
 *
 * The fields from options to number are set by the caller. Returns 0 or
 * -errno with error_set(); then the sockets are still the caller's.
 */
int worker_start(struct worker *worker, const int *fds, size_t count);

/* Ask it to finish: what is queued, and what the kernel keeps of connections
 * that have begun, is accepted and answered. Any thread. */
void worker_stop(struct worker *worker);

/* Wait until it has, and give its descriptors back. */
void worker_join(struct worker *worker);

#endif
