// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

enum { FIRST_MS = 1000, NEXT_MS = 200 };

static struct {
	_Atomic(const char *) what, things;
	_Atomic uint64_t done, total;
} now;

/* The thread that shows it. */
static struct {
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t ended;
	bool runs, ends, shown;
	FILE *out;
} show = {
	.mutex = PTHREAD_MUTEX_INITIALIZER,
	.ended = PTHREAD_COND_INITIALIZER,
};

void progress_stage_of(const char *what, const char *things, uint64_t total)
{
	atomic_store_explicit(&now.done, 0, memory_order_relaxed);
	atomic_store_explicit(&now.total, total, memory_order_relaxed);
	atomic_store_explicit(&now.things, things, memory_order_relaxed);
	atomic_store_explicit(&now.what, what, memory_order_relaxed);
}

void progress_stage(const char *what, uint64_t total)
{
	progress_stage_of(what, "rules", total);
}

void progress_at(uint64_t done)
{
	atomic_store_explicit(&now.done, done, memory_order_relaxed);
}

static void line_write(void)
{
	const char *what = atomic_load(&now.what);
	uint64_t done = atomic_load(&now.done);
	uint64_t total = atomic_load(&now.total);

	if (!what)
		return;
	fprintf(show.out, "\r\033[K%s", what);
	if (total && done)
		fprintf(show.out, ": %" PRIu64 " of %" PRIu64 " %s", done,
			total, atomic_load(&now.things));
	else if (done)
		fprintf(show.out, ": %" PRIu64 " %s", done,
			atomic_load(&now.things));
	else
		fputs(" ...", show.out);
	fflush(show.out);
	show.shown = true;
}

/* Whether the end comes within a time. */
static bool end_wait(int ms)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += ms % 1000 * 1000000L;
	until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	while (!show.ends &&
	       !pthread_cond_timedwait(&show.ended, &show.mutex, &until))
		;
	return show.ends;
}

static void *show_run(void *arg)
{
	int ms = FIRST_MS;

	pthread_mutex_lock(&show.mutex);
	for (; !end_wait(ms); ms = NEXT_MS)
		line_write();
	pthread_mutex_unlock(&show.mutex);
	return arg;
}

/* Signals are for the thread that does the work. */
void progress_on(FILE *out)
{
	sigset_t all, before;

	if (show.runs || !isatty(fileno(out)))
		return;
	show.out = out;
	show.ends = show.shown = false;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	show.runs = !pthread_create(&show.thread, NULL, show_run, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void progress_off(void)
{
	if (!show.runs)
		return;
	pthread_mutex_lock(&show.mutex);
	show.ends = true;
	pthread_cond_signal(&show.ended);
	pthread_mutex_unlock(&show.mutex);
	pthread_join(show.thread, NULL);
	show.runs = false;
	if (show.shown)
		fputs("\r\033[K", show.out);
	fflush(show.out);
}
