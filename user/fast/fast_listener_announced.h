/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_LISTENER_ANNOUNCED_H
#define FAST_LISTENER_ANNOUNCED_H

struct fast_listener_list;
struct fast_sockets;

/*
 * fast_listener_announced - note which of them are of https or proxy, as the
 * servers of a state directory announce it
 *
 * The programs need none of this: they ask the sockets (listener_mark.h).
 */
void fast_listener_announced(struct fast_listener_list *list,
			     const char *state);

/* Likewise for one server's addresses, "ADDR:PORT[,proxy][,https] ...", and only
 * for the sockets that it has, unless they are NULL. */
void fast_listener_announced_by(struct fast_listener_list *list,
				const char *addresses,
				const struct fast_sockets *sockets);

#endif
