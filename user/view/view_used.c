// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "error.h"
#include "view_hits.h"
#include "view_misses.h"
#include "view_used.h"

enum { USED_SHARE = 20 }; /* of the time that a look may take */

struct view_used {
	const char *state;
	struct view_hits *hits; /* of the thread */
	pthread_mutex_t lock;
	pthread_cond_t turn; /* of a wish, of a look's end, of the end */
	pthread_t thread;
	bool running, ending;
	uint64_t wished, looked; /* looks */
	/* Of the last look. */
	json_t *found_hits, *found_misses, *problems;
	int64_t ended, cost; /* ms */
	int64_t time;	     /* of its end, for people */
};

static int64_t clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

int view_used_new(struct view_used **result, const char *state)
{
	struct view_used *used = calloc(1, sizeof(*used));

	if (!used || view_hits_new(&used->hits, state)) {
		free(used);
		return error_sys(-ENOMEM, "cannot gather hits");
	}
	used->state = state;
	pthread_mutex_init(&used->lock, NULL);
	pthread_cond_init(&used->turn, NULL);
	*result = used;
	return 0;
}

/* With the lock, which is given away meanwhile. */
static void look(struct view_used *used)
{
	json_t *problems = json_array(), *hits, *misses;
	uint64_t wished = used->wished;
	int64_t began;

	pthread_mutex_unlock(&used->lock);
	began = clock_ms(CLOCK_MONOTONIC);
	hits = view_hits_take(used->hits, problems);
	misses = view_misses_take(used->state, problems);
	pthread_mutex_lock(&used->lock);
	json_decref(used->found_hits);
	json_decref(used->found_misses);
	json_decref(used->problems);
	used->found_hits = hits;
	used->found_misses = misses;
	used->problems = problems;
	used->ended = clock_ms(CLOCK_MONOTONIC);
	used->cost = used->ended - began;
	used->time = clock_ms(CLOCK_REALTIME);
	used->looked = wished;
	pthread_cond_broadcast(&used->turn);
}

static void *used_main(void *arg)
{
	struct view_used *used = arg;

	pthread_mutex_lock(&used->lock);
	while (!used->ending) {
		if (used->looked < used->wished)
			look(used);
		else
			pthread_cond_wait(&used->turn, &used->lock);
	}
	pthread_mutex_unlock(&used->lock);
	return NULL;
}

/* Signals are for the thread that waits for them. */
static void used_start(struct view_used *used)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	used->running = !pthread_create(&used->thread, NULL, used_main, used);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* Wish for a look, if it is time for one. */
static void wish(struct view_used *used, bool now)
{
	int64_t rest = clock_ms(CLOCK_MONOTONIC) - used->ended;

	if (!used->running)
		used_start(used);
	if (!now && (used->looked < used->wished ||
		     rest < used->cost * (USED_SHARE - 1)))
		return;
	used->wished++;
	pthread_cond_broadcast(&used->turn);
}

void view_used_take(struct view_used *used, json_t *root, enum view_wish wanted)
{
	uint64_t wished;
	json_t *none = json_null();

	pthread_mutex_lock(&used->lock);
	if (wanted != VIEW_NO_WISH)
		wish(used, wanted == VIEW_NOW);
	wished = used->wished;
	while (wanted == VIEW_NOW && used->running && used->looked < wished)
		pthread_cond_wait(&used->turn, &used->lock);
	json_object_set(root, "hits",
			used->found_hits ? used->found_hits : none);
	json_object_set(root, "misses",
			used->found_misses ? used->found_misses : none);
	json_object_set_new(root, "used_time",
			    used->time ? json_integer(used->time)
				       : json_null());
	if (used->problems)
		json_array_extend(json_object_get(root, "problems"),
				  used->problems);
	pthread_mutex_unlock(&used->lock);
}

void view_used_free(struct view_used *used)
{
	if (!used)
		return;
	pthread_mutex_lock(&used->lock);
	used->ending = true;
	pthread_cond_broadcast(&used->turn);
	pthread_mutex_unlock(&used->lock);
	if (used->running)
		pthread_join(used->thread, NULL);
	pthread_cond_destroy(&used->turn);
	pthread_mutex_destroy(&used->lock);
	json_decref(used->found_hits);
	json_decref(used->found_misses);
	json_decref(used->problems);
	view_hits_free(used->hits);
	free(used);
}
