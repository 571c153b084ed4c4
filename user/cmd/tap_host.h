/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TAP_HOST_H
#define TAP_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include "tap.h"

/* tap_host_read - what --host names: a host, ".name" with the names below it, or
 * "*.name" for those alone. 0, or -EINVAL with error_set(). */
int tap_host_read(struct tap_host *host, const char *text);

/* Whether a host in normal form is one of them, as the fast path's program has
 * it. */
bool tap_host_is(const struct tap_host *host, const char *name, size_t len);

#endif
