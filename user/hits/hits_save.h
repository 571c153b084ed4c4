/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HITS_SAVE_H
#define HITS_SAVE_H

#include "hits_gather.h"

/*
 * hits_save - save what was counted by now, hits and misses, on the disk
 * @missed: as of hits_gather()
 *
 * What is of no use any more in hits.db is taken out. Returns 0 or -errno with
 * error_set().
 */
int hits_save(const char *state, hits_missed_fn *missed, void *arg);

#endif
