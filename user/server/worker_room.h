/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WORKER_ROOM_H
#define WORKER_ROOM_H

#include <stdbool.h>

struct worker;

/* Take a place for a connection that is to be accepted. If all are taken, the
 * one that has waited the longest gives way, here at once, on another worker
 * soon: then it says so by waking this one up. */
bool worker_room(struct worker *worker);

/* Do what others have asked of this worker, and answer them. */
void worker_asked(struct worker *worker);

/* Tell the others how long the first of each kind has waited. */
void worker_publish(struct worker *worker);

#endif
