/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LISTEN_REACHES_H
#define LISTEN_REACHES_H

#include <stdbool.h>

struct listen_set;
struct sockaddr;

/*
 * listen_reaches - whether a connection to an address comes to one of a set
 *
 * The ports are no longer 0. A listener on all addresses of a family has those
 * that this host's routes take for its own. If it is unknown, it does not.
 */
bool listen_reaches(const struct listen_set *set, const struct sockaddr *addr);

#endif
