// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>

#include "proxy.h"
#include "worker.h"

struct proxy *proxy_new(struct worker *worker)
{
	struct proxy *proxy = calloc(1, sizeof(*proxy));

	if (!proxy)
		return NULL;
	proxy->event.fd = -1;
	proxy->worker = worker;
	proxy->keep = true;
	proxy->moved = true;
	return proxy;
}

void proxy_free(struct proxy *proxy)
{
	struct worker *worker;

	if (!proxy)
		return;
	worker = proxy->worker;
	event_close(&proxy->event);
	buffer_free(&proxy->up);
	buffer_free(&proxy->down);
	free(proxy->record);
	proxy->record = NULL;
	proxy->next = worker->dead_proxies;
	worker->dead_proxies = proxy;
}

void proxy_reap(struct proxy *proxy)
{
	free(proxy);
}
