// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "error.h"
#include "json.h"
#include "view_rates.h"
#include "view_ready.h"
#include "web_figures.h"
#include "web_gather.h"

enum {
	FIGURES_OLD = 1500, /* ms from which on newer ones are waited for */
	FIGURES_WAIT = 500, /* ms that a request waits for them at most */
	FIGURES_WISH = 500, /* ms between two wishes */
};

struct web_figures {
	int gather;
	pthread_mutex_t lock;
	pthread_cond_t came;
	json_t *root;
	uint64_t sequence;
	uint64_t missed;   /* the ones that were waited for in vain */
	int64_t wished[2]; /* when, by whether it is for what is dear */
	struct view_rates *rates;
};

static int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

int web_figures_new(struct web_figures **result, int gather)
{
	struct web_figures *figures = calloc(1, sizeof(*figures));
	pthread_condattr_t attr;

	if (!figures || view_rates_new(&figures->rates)) {
		free(figures);
		return error_sys(-ENOMEM, "cannot keep figures");
	}
	figures->gather = gather;
	figures->missed = UINT64_MAX;
	pthread_mutex_init(&figures->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&figures->came, &attr);
	pthread_condattr_destroy(&attr);
	*result = figures;
	return 0;
}

static void judge(json_t *root)
{
	json_t *why = json_array();

	json_object_set_new(root, "ready", json_boolean(view_ready(root, why)));
	json_object_set_new(root, "why", why);
	json_object_set_new(root, "warnings", view_warnings(root));
}

int web_figures_receive(struct web_figures *figures)
{
	json_t *root, *old;
	int err = web_gather_receive(figures->gather, &root);

	if (err)
		return err;
	view_rates_add(figures->rates, root);
	judge(root);
	pthread_mutex_lock(&figures->lock);
	old = figures->root;
	figures->root = root;
	figures->sequence++;
	pthread_cond_broadcast(&figures->came);
	pthread_mutex_unlock(&figures->lock);
	json_decref(old);
	return 0;
}

int64_t web_figures_age(const json_t *figures)
{
	return clock_ms() - json_number_of(figures, "clock");
}

static bool is_old(const struct web_figures *figures)
{
	return !figures->root || web_figures_age(figures->root) > FIGURES_OLD;
}

static void wish(struct web_figures *figures, bool used)
{
	int64_t now = clock_ms(), *wished = &figures->wished[used];

	if (*wished && now - *wished < FIGURES_WISH)
		return;
	*wished = now;
	web_gather_want(figures->gather, used);
}

/* Where they do not come, only the first request waits. */
static void await(struct web_figures *figures)
{
	uint64_t before = figures->sequence;
	struct timespec until;
	int err = 0;

	if (!is_old(figures) || figures->missed == before)
		return;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += FIGURES_WAIT * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	while (!err && figures->sequence == before)
		err = pthread_cond_timedwait(&figures->came, &figures->lock,
					     &until);
	if (err)
		figures->missed = before;
}

json_t *web_figures_get(struct web_figures *figures, bool used,
			uint64_t *sequence)
{
	json_t *root;

	pthread_mutex_lock(&figures->lock);
	wish(figures, used);
	await(figures);
	root = json_incref(figures->root);
	*sequence = figures->sequence;
	pthread_mutex_unlock(&figures->lock);
	return root;
}

void web_figures_free(struct web_figures *figures)
{
	if (!figures)
		return;
	json_decref(figures->root);
	view_rates_free(figures->rates);
	pthread_cond_destroy(&figures->came);
	pthread_mutex_destroy(&figures->lock);
	free(figures);
}
