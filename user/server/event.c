// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "event.h"

int event_watch(struct event *event, int epoll, uint32_t mask)
{
	struct epoll_event change = {.events = mask, .data.ptr = event};
	int op = event->known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	if (event->known && event->mask == mask && !event->again)
		return 0;
	if (event->shared) {
		/* Such a one cannot be changed. */
		event_forget(event, epoll);
		if (!mask)
			return 0;
		change.events |= EPOLLEXCLUSIVE;
		op = EPOLL_CTL_ADD;
	}
	if (epoll_ctl(epoll, op, event->fd, &change))
		return -errno;
	event->known = true;
	event->again = false;
	event->mask = mask;
	return 0;
}

void event_forget(struct event *event, int epoll)
{
	if (event->known)
		epoll_ctl(epoll, EPOLL_CTL_DEL, event->fd, NULL);
	event->known = false;
}

void event_close(struct event *event)
{
	if (event->fd >= 0)
		close(event->fd);
	event->fd = -1;
	event->known = false;
}
