/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_LISTENER_FOREIGN_H
#define FAST_LISTENER_FOREIGN_H

#include <stdbool.h>
#include <stdint.h>

struct fast_listener_list;
struct fast_listener_place;

/*
 * fast_listener_foreign - whether one that is for what is served on a port is
 * no server of a state directory
 *
 * What belongs to whom is known to root only; else it counts as one of ours.
 */
bool fast_listener_foreign(const struct fast_listener_list *list, uint16_t port,
			   const struct fast_listener_place *place,
			   const char *state);

#endif
