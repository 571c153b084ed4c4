/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stdint.h>

/* A descriptor in a worker's epoll set, and what to do when it is ready. */
struct event {
	void (*run)(struct event *event, uint32_t ready);
	int fd; /* -1: closed; run() may still be called in the same round */
	uint32_t mask;
	bool known; /* to epoll */
	bool again;
	bool shared; /* others wait for it, too: one of them is to be woken up */
};

/*
 * event_watch - have run() called when one of mask is so
 *
 * Costs nothing when mask is as it was. Errors are reported even for mask 0, but
 * not of what is shared.
 * Returns 0 or -errno.
 */
int event_watch(struct event *event, int epoll, uint32_t mask);

/* Where mask has EPOLLET: the next event_watch() reports what is ready by then,
 * even if that was reported before. */
static inline void event_again(struct event *event)
{
	event->again = true;
}

/* Report nothing any more, not even errors, until the next event_watch(). */
void event_forget(struct event *event, int epoll);

/* Close the descriptor; epoll forgets it with that. */
void event_close(struct event *event);

#endif
