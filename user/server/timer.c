// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>

#include "timer.h"

void timers_init(struct timers *timers, const uint64_t timeout_ms[TIMER_KINDS])
{
	int kind;

	timers->exact = false;
	for (kind = 0; kind < TIMER_KINDS; kind++) {
		struct timer *list = &timers->list[kind];

		list->prev = list->next = list;
		timers->timeout_ms[kind] = timeout_ms[kind];
		timers->slack_ms[kind] =
			kind == TIMER_IDLE ? timeout_ms[kind] / 8 : 0;
	}
}

void timer_clear(struct timer *timer)
{
	if (timer->kind == TIMER_NONE)
		return;
	timer->prev->next = timer->next;
	timer->next->prev = timer->prev;
	timer->kind = TIMER_NONE;
}

static void timer_append(struct timer *list, struct timer *timer)
{
	timer->next = list;
	timer->prev = list->prev;
	list->prev->next = timer;
	list->prev = timer;
}

void timer_set(struct timers *timers, struct timer *timer, enum timer_kind kind,
	       uint64_t now)
{
	struct timer *list = &timers->list[kind];
	uint64_t due = now + timers->timeout_ms[kind];

	timer->set = now;
	if (timer->kind == kind && timers->slack_ms[kind] &&
	    timer->due >= due && !timers->exact)
		return;
	timer_clear(timer);
	timer->kind = kind;
	timer->due = due + timers->slack_ms[kind];
	timer_append(list, timer);
}

struct timer *timers_first(struct timers *timers, enum timer_kind kind)
{
	struct timer *list = &timers->list[kind];

	return list->next == list ? NULL : list->next;
}

struct timer *timers_oldest(struct timers *timers, enum timer_kind kind)
{
	uint64_t runs = timers->timeout_ms[kind] + timers->slack_ms[kind];
	struct timer *list = &timers->list[kind], *timer;

	while ((timer = timers_first(timers, kind)) &&
	       timer->due != timer->set + runs) {
		const struct timer *last = list->prev;

		timer->due = timer->set + runs;
		if (last != timer && last->due > timer->due)
			timer->due = last->due;
		timer->set = timer->due - runs;
		timer_clear(timer);
		timer->kind = kind;
		timer_append(list, timer);
	}
	return timer;
}

struct timer *timers_due(struct timers *timers, uint64_t now)
{
	int kind;

	for (kind = TIMER_NONE + 1; kind < TIMER_KINDS; kind++) {
		struct timer *timer = timers_first(timers, kind);

		if (timer && timer->due <= now)
			return timer;
	}
	return NULL;
}

uint64_t timers_next(struct timers *timers, uint64_t by)
{
	int kind;

	for (kind = TIMER_NONE + 1; kind < TIMER_KINDS; kind++) {
		struct timer *timer = timers_first(timers, kind);

		if (timer && timer->due < by)
			by = timer->due;
	}
	return by;
}
