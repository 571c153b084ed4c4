// SPDX-License-Identifier: BSD-2-Clause
#include "fast_listener.h"
#include "fast_listener_foreign.h"
#include "fast_sockets.h"
#include "server_list_read.h"

static int server_look(const struct server_list_entry *server, void *arg)
{
	fast_sockets_add(arg, server->pid);
	return 0;
}

bool fast_listener_foreign(const struct fast_listener_list *list, uint16_t port,
			   const struct fast_listener_place *place,
			   const char *state)
{
	struct fast_sockets sockets = {.count = 0};
	const struct fast_listener *listener = list->listener;
	bool foreign = false;
	size_t i;

	if (server_list_each(state, server_look, &sockets))
		sockets.unknown = true;
	for (i = 0; i < list->count && !sockets.unknown; i++, listener++)
		foreign |= listener->port == port && listener->inode &&
			   fast_listener_serves(listener, place) &&
			   !fast_sockets_has(&sockets, listener->inode);
	fast_sockets_free(&sockets);
	return foreign;
}
