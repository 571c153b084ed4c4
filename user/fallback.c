// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "error.h"
#include "fallback.h"
#include "host.h"
#include "listen.h"

enum {
	FALLBACK_WAIT = 2000,  /* ms for the first answer */
	FALLBACK_AGAIN = 1000, /* ms between look-ups that fail, at first */
	FALLBACK_LATE = 10000, /* ... and at last */
};

/* Both the server and the thread have it; who is the last frees it. */
struct fallback {
	pthread_mutex_t lock;
	pthread_cond_t change; /* a look-up has ended, or the end has come */
	unsigned int owners;
	bool looked; /* once at least */
	bool ending;
	bool failing;	/* the last look-up found nothing */
	bool excluding; /* ... something of our own */
	uint64_t interval;
	uint64_t again; /* ms to the next look-up, when one fails */
	const struct listen_set *own;
	struct fallback_set set; /* its version is also in this: */
	atomic_uint version;
	char news[FALLBACK_NEWS];
	char port[8];
	char host[];
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

static void fallback_publish(struct fallback *fallback,
			     const struct fallback_set *set)
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

/* Give up the lock and a share. */
static void fallback_leave(struct fallback *fallback)
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

static int fallback_start(struct fallback *fallback)
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

static struct fallback *fallback_new(const char *host, size_t len,
				     const char *port, uint64_t interval)
{
	struct fallback *fallback = calloc(1, sizeof(*fallback) + len + 1);
	pthread_condattr_t attributes;

	if (!fallback)
		return NULL;
	memcpy(fallback->host, host, len);
	snprintf(fallback->port, sizeof(fallback->port), "%s", port);
	fallback->owners = 1;
	fallback->interval = interval;
	fallback->again = FALLBACK_AGAIN;
	pthread_mutex_init(&fallback->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&fallback->change, &attributes);
	pthread_condattr_destroy(&attributes);
	return fallback;
}

/* An address needs no thread; a name has to be one. */
static int fallback_begin(struct fallback *fallback, bool bracketed)
{
	struct fallback_set set = {.count = 0};
	const char *host = fallback->host;
	char name[HOST_SIZE];

	if (!fallback_lookup(&set, host, fallback->port, true)) {
		fallback_publish(fallback, &set);
		return 0;
	}
	if (bracketed || host_request(name, host, strlen(host)) < 0)
		return error_set(-EINVAL,
				 "'%s' is neither a name nor an address", host);
	return fallback_start(fallback);
}

int fallback_open(struct fallback **fallback, const char *text,
		  uint64_t interval)
{
	const char *colon = strrchr(text, ':'), *host = text;
	size_t len = colon ? (size_t)(colon - text) : 0;
	bool bracketed = len > 2 && *text == '[' && text[len - 1] == ']';
	int err;

	if (bracketed) {
		host++;
		len -= 2;
	} else if (!len || memchr(text, ':', len)) {
		return error_set(-EINVAL, "'%s' is not HOST:PORT", text);
	}
	if (host_port(colon + 1, strlen(colon + 1)) < 1)
		return error_set(-EINVAL, "'%s' has no port", text);
	*fallback = fallback_new(host, len, colon + 1, interval);
	if (!*fallback)
		return error_sys(-ENOMEM, "cannot resolve '%s'", text);
	err = fallback_begin(*fallback, bracketed);
	if (!err)
		return 0;
	fallback_close(*fallback);
	*fallback = NULL;
	return err;
}

int fallback_exclude(struct fallback *fallback, const struct listen_set *own)
{
	union fallback_address found;
	struct fallback_set set;
	char text[LISTEN_TEXT];
	int err = 0;

	pthread_mutex_lock(&fallback->lock);
	fallback->own = own;
	set = fallback->set;
	if (fallback_filter(&set, own, &found)) {
		set = (struct fallback_set){.count = 1, .address = {found}};
		fallback_text(text, sizeof(text), &set);
		err = error_set(-ELOOP,
				"the fallback '%s' is %s, which is this server",
				fallback->host, text);
	}
	pthread_mutex_unlock(&fallback->lock);
	return err;
}

void fallback_follow(struct fallback *fallback, struct fallback_set *set)
{
	if (atomic_load_explicit(&fallback->version, memory_order_acquire) ==
	    set->version)
		return;
	if (!set->version)
		pthread_mutex_lock(&fallback->lock);
	else if (pthread_mutex_trylock(&fallback->lock))
		return;
	*set = fallback->set;
	pthread_mutex_unlock(&fallback->lock);
}

bool fallback_news(struct fallback *fallback, char *text)
{
	bool there;

	pthread_mutex_lock(&fallback->lock);
	there = *fallback->news;
	memcpy(text, fallback->news, FALLBACK_NEWS);
	*fallback->news = '\0';
	pthread_mutex_unlock(&fallback->lock);
	return there;
}

void fallback_close(struct fallback *fallback)
{
	if (!fallback)
		return;
	pthread_mutex_lock(&fallback->lock);
	fallback->ending = true;
	fallback->own = NULL;
	pthread_cond_broadcast(&fallback->change);
	fallback_leave(fallback);
}
