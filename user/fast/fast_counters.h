/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_COUNTERS_H
#define FAST_COUNTERS_H

#include <stdint.h>

#include "counter.h"

/* The name of a counter of the fast path. */
const char *fast_counter_name(enum counter counter);

/*
 * fast_counters_read - the fast path's counters, summed over all CPUs
 *
 * They count from when the instance was made. Returns 0, -ENOENT without
 * error_set() if the state directory has no instance (fast_instance_open()),
 * or -errno with error_set(); -EACCES and -EPERM: not for this user.
 */
int fast_counters_read(uint64_t value[COUNTER_COUNT], const char *state);

/*
 * fast_counters_sum - those of a per-CPU array
 *
 * One that is shorter leaves the counters that it does not have at 0. Returns
 * 0 or -errno with error_set(): -EINVAL for a map of another kind.
 */
int fast_counters_sum(uint64_t value[COUNTER_COUNT], int fd);

#endif
