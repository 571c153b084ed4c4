// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "error.h"
#include "fallback.h"
#include "fallback_look.h"
#include "host.h"
#include "listen.h"

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

/* Where the host of HOST:PORT stands, without brackets, and how long it is; the
 * port stands after the last colon. 0 or -EINVAL with error_set(). */
static int host_find(const char *text, const char **host, size_t *len)
{
	const char *colon = strrchr(text, ':');

	*host = text;
	*len = colon ? (size_t)(colon - text) : 0;
	if (*len > 2 && *text == '[' && text[*len - 1] == ']') {
		++*host;
		*len -= 2;
	} else if (!*len || memchr(text, ':', *len)) {
		return error_set(-EINVAL, "'%s' is not HOST:PORT", text);
	}
	if (host_port(colon + 1, strlen(colon + 1)) < 1)
		return error_set(-EINVAL, "'%s' has no port", text);
	return 0;
}

int fallback_check(const char *text)
{
	char copy[HOST_SIZE + 1], name[HOST_SIZE];
	struct fallback_set set;
	const char *host;
	size_t len;

	if (host_find(text, &host, &len))
		return -EINVAL;
	if (len < sizeof(copy)) {
		memcpy(copy, host, len);
		copy[len] = '\0';
		if (!fallback_lookup(&set, copy, NULL, true))
			return 0;
	}
	if (host == text && host_request(name, host, len) >= 0)
		return 0;
	return error_set(-EINVAL, "'%.*s' is neither a name nor an address",
			 (int)len, host);
}

/* An address needs no thread. */
static int fallback_begin(struct fallback *fallback)
{
	struct fallback_set set = {.count = 0};

	if (fallback_lookup(&set, fallback->host, fallback->port, true))
		return fallback_start(fallback);
	fallback_publish(fallback, &set);
	return 0;
}

int fallback_open(struct fallback **fallback, const char *text,
		  uint64_t interval, bool stays)
{
	int err = fallback_check(text);
	const char *host;
	size_t len;

	if (!err)
		err = host_find(text, &host, &len);
	if (err)
		return err;
	*fallback = fallback_new(host, len, strrchr(text, ':') + 1, interval);
	if (!*fallback)
		return error_sys(-ENOMEM, "cannot resolve '%s'", text);
	(*fallback)->stays = stays;
	err = fallback_begin(*fallback);
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
