/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_LISTENER_PLACES_H
#define FAST_LISTENER_PLACES_H

#include <stdint.h>

#include "fast_listener.h"

/*
 * fast_listener_places - call fn for each address and port, as "ADDR:PORT" or
 * "[ADDR]:PORT", that nobody listens on, or that a listener of https or proxy has
 * @found: any but FAST_LISTENER_PLAIN
 *
 * A prefix counts as one address, which has a listener if all of it has.
 * Addresses in it that have one of those for themselves count, too. Link-local
 * addresses are passed over, since hosts have them for themselves.
 */
void fast_listener_places(const struct fast_listener_list *list,
			  const uint16_t *port, unsigned int ports,
			  const struct fast_listener_place *place,
			  enum fast_listener_found found,
			  void (*fn)(const char *where, void *arg), void *arg);

#endif
