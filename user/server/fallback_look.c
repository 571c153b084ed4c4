// SPDX-License-Identifier: BSD-2-Clause
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "confine.h"
#include "error.h"
#include "fallback_look.h"
#include "listen.h"

enum {
	FALLBACK_WAIT = 2000,  /* ms for the first answer */
	FALLBACK_LATE = 10000, /* ms between look-ups that fail, at last */
};

static __attribute__((format(printf, 2, 3))) void
fallback_tell(struct fallback *fallback, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(fallback->news, sizeof(fallback->news), fmt, args);
	va_end(args);
}

static void fallback_tell_addresses(struct fallback *fallback)
{
	char text[FALLBACK_NEWS / 2];

	fallback_text(text, sizeof(text), &fallback->set);
	fallback_tell(fallback, "the fallback '%s' is %s", fallback->host,
		      text);
}

static void fallback_tell_own(struct fallback *fallback,
			      const union fallback_address *address)
{
	struct fallback_set one = {.count = 1, .address = {*address}};
	char text[LISTEN_TEXT + 8];

	fallback_text(text, sizeof(text), &one);
	fallback_tell(fallback,
		      "the fallback '%s' is %s, which is this server: not used",
		      fallback->host, text);
}

void fallback_publish(struct fallback *fallback, const struct fallback_set *set)
{
	unsigned int version = fallback->set.version + 1;

	fallback->set = *set;
	fallback->set.version = version;
	atomic_store_explicit(&fallback->version, version,
			      memory_order_release);
}

/* A look-up has failed: what was there stays. */
static void fallback_missed(struct fallback *fallback, int err)
{
	if (!fallback->failing)
		fallback_tell(fallback, "cannot resolve '%s': %s; %s",
			      fallback->host, gai_strerror(err),
			      fallback->set.count
				      ? "its last addresses stay in use"
				      : "requests for the fallback get 502");
	else if (fallback->again < FALLBACK_LATE)
		fallback->again *= 2;
	fallback->failing = true;
	if (fallback->again > FALLBACK_LATE)
		fallback->again = FALLBACK_LATE;
}

/* Many names have their addresses in another order each time, or others of
 * many: only a move is news. */
static void fallback_found(struct fallback *fallback, struct fallback_set *set)
{
	bool first = !fallback->set.version, failing = fallback->failing;
	bool moved = !fallback_shares(&fallback->set, set);
	union fallback_address own;
	size_t excluded = 0;

	if (fallback->own)
		excluded = fallback_filter(set, fallback->own, &own);
	fallback_publish(fallback, set);
	if (excluded && !fallback->excluding)
		fallback_tell_own(fallback, &own);
	else if (set->count && (failing || (moved && !first)))
		fallback_tell_addresses(fallback);
	fallback->excluding = excluded;
	fallback->failing = false;
	fallback->again = FALLBACK_AGAIN;
}

static struct timespec time_after(uint64_t ms)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += ms / 1000;
	at.tv_nsec += ms % 1000 * 1000000;
	if (at.tv_nsec >= 1000000000) {
		at.tv_nsec -= 1000000000;
		at.tv_sec++;
	}
	return at;
}

void fallback_leave(struct fallback *fallback)
{
	bool last = !--fallback->owners;

	pthread_mutex_unlock(&fallback->lock);
	if (!last)
		return;
	pthread_cond_destroy(&fallback->change);
	pthread_mutex_destroy(&fallback->lock);
	free(fallback);
}

static void fallback_look(struct fallback *fallback)
{
	struct fallback_set set = {.count = 0};
	int err;

	pthread_mutex_unlock(&fallback->lock);
	err = fallback_lookup(&set, fallback->host, fallback->port, false);
	pthread_mutex_lock(&fallback->lock);
	if (err)
		fallback_missed(fallback, err);
	else
		fallback_found(fallback, &set);
	fallback->looked = true;
	pthread_cond_broadcast(&fallback->change);
}

static void *fallback_main(void *arg)
{
	struct fallback *fallback = arg;

	if (fallback->stays)
		confine_capabilities(0);
	pthread_mutex_lock(&fallback->lock);
	while (!fallback->ending) {
		struct timespec until;

		fallback_look(fallback);
		until = time_after(fallback->failing ? fallback->again
						     : fallback->interval);
		while (!fallback->ending &&
		       !pthread_cond_timedwait(&fallback->change,
					       &fallback->lock, &until))
			;
	}
	fallback_leave(fallback);
	return NULL;
}

int fallback_start(struct fallback *fallback)
{
	struct timespec until = time_after(FALLBACK_WAIT);
	pthread_t thread;
	int err;

	fallback->owners++;
	err = -pthread_create(&thread, NULL, fallback_main, fallback);
	if (err) {
		fallback->owners--;
		return error_sys(err, "cannot follow the fallback's name");
	}
	pthread_detach(thread);
	pthread_mutex_lock(&fallback->lock);
	while (!fallback->looked &&
	       !pthread_cond_timedwait(&fallback->change, &fallback->lock,
				       &until))
		;
	if (!fallback->looked) {
		fallback->failing = true;
		fallback_tell(fallback,
			      "'%s' is not resolved yet; "
			      "requests for the fallback get 502",
			      fallback->host);
	}
	pthread_mutex_unlock(&fallback->lock);
	return 0;
}
