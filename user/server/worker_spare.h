/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WORKER_SPARE_H
#define WORKER_SPARE_H

#include <stdbool.h>

#include "crowd.h"

struct conn;
struct worker;

/* The connection of a kind that has waited the longest, or NULL. */
struct conn *worker_oldest(struct worker *worker, enum crowd_kind kind);

/* The one that is to give way first, or NULL: none has waited long enough. */
struct conn *worker_victim(struct worker *worker);

/* Close a connection that may give way, for its descriptor. False: none. */
bool worker_spare(struct worker *worker);

#endif
