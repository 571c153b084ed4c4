/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_AROUND_H
#define FAST_AROUND_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "fast_device.h"
#include "fast_kind.h"
#include "fast_listener.h"

struct fast_record;

/* What is around an interface that the fast path is attached to, now: who
 * listens, and whether it would still be attached. */
struct fast_around {
	struct fast_device_list devices;
	struct fast_listener_list listeners;
	struct fast_kind_host host;
	bool known;
};

/* Of this network namespace; what cannot be had is not known. What is of https
 * or proxy is what servers of a state directory announce. */
void fast_around_read(struct fast_around *around, const char *state);

/*
 * fast_around_take - add "without_listener", "https", "proxy" and
 *                    "problem" (fast_status.h) to the object of an interface, where they
 *                    are known
 * @program: the id of its XDP program
 */
void fast_around_take(const struct fast_around *around, uint32_t ifindex,
		      uint32_t program, const struct fast_record *record,
		      json_t *value);

/* Accepts one that is all zero. */
void fast_around_free(struct fast_around *around);

#endif
