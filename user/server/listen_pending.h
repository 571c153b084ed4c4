/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LISTEN_PENDING_H
#define LISTEN_PENDING_H

#include <stdbool.h>

/*
 * listen_pending - whether the kernel keeps connections to a listener's port
 *
 * They are reset when the listener they came to is closed. Those of others on
 * the port count, too. True if it is unknown.
 */
bool listen_pending(int fd);

#endif
