/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_CHECK_H
#define FAST_CHECK_H

#include <stdint.h>

#include "fast_device.h"
#include "fast_kind.h"

struct fast_notes;
struct fast_options;

/* What the host is around an interface, before the fast path is put on it. */
struct fast_check {
	struct fast_device_list devices;
	const struct fast_device *device; /* the interface, one of these */
	struct fast_kind kind;
};

/*
 * fast_check - whether the fast path can work as it is asked for
 * @check:   an empty one; fast_check_free() frees it in any case
 * @ifindex: of the interface, in this network namespace
 * @notes:   receives what is to be said of it
 *
 * Its kind, its VLANs, who listens, and which way replies leave. Returns 0, or
 * -errno with error_set().
 */
int fast_check(struct fast_check *check, const struct fast_options *options,
	       uint32_t ifindex, struct fast_notes *notes);

/* Accepts one that is all zero. */
void fast_check_free(struct fast_check *check);

#endif
