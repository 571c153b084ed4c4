// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "access_log.h"
#include "access_sink.h"
#include "answer_leave.h"
#include "answer_ring.h"
#include "answer_rings.h"
#include "error.h"
#include "serve_counter.h"

enum {
	LOG_BATCH = 65536, /* bytes of lines that are written at once */
	LOG_PAUSE = 10,	   /* ms for more lines to come */
	LOG_STALL = 50,	   /* ms when none are taken */
	LOG_AGAIN = 1000,  /* ms between tries to open the file */
	LOG_END = 1000,	   /* ms that the last lines may take */
};

struct access_log {
	struct access_options options;
	struct access_sink sink;
	struct access_clock clock;
	struct answer_rings *rings;
	struct answer_reader *readers; /* of each ring */
	struct answer_sleeper sleeper;
	struct serve_counters *counters;
	void (*say)(const char *text);
	uint64_t lost; /* as it was counted last */
	pthread_t thread;
	atomic_bool reopen, stopping;
	bool failed;	      /* to open it anew */
	uint64_t again_at;    /* when that is tried next */
	uint64_t end_at;      /* when what is not taken is given up */
	bool losing;	      /* which was said */
	unsigned int first;   /* ring, to be fair */
	unsigned int pending; /* lines, of which some bytes are written */
	size_t at, end;
	char lines[LOG_BATCH + ACCESS_LINE_MAX];
	union {
		struct answer_record record;
		char room[ANSWER_RECORD_MAX];
	} next;
};

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int access_log_open(struct access_log **result,
		    const struct access_options *options, bool keep)
{
	struct access_log *log;
	int err;

	*result = NULL;
	if (!options->where)
		return 0;
	tzset();
	log = calloc(1, sizeof(*log));
	if (!log)
		return error_sys(-ENOMEM, "cannot start");
	log->options = *options;
	err = access_sink_open(&log->sink, options->where, keep);
	if (err) {
		access_sink_close(&log->sink);
		free(log);
		return err;
	}
	*result = log;
	return 0;
}

static bool log_found(void *arg)
{
	const struct access_log *log = arg;
	unsigned int i;

	if (atomic_load(&log->reopen) || atomic_load(&log->stopping))
		return true;
	for (i = 0; i < log->rings->count; i++)
		if (atomic_load(&log->readers[i].memory->head) !=
		    log->readers[i].at)
			return true;
	return false;
}

/* Add the lines of a worker, until there is enough. */
static void log_take(struct access_log *log, struct answer_reader *reader)
{
	struct answer_record *record = &log->next.record;

	while (log->end < LOG_BATCH && answer_reader_next(reader, record)) {
		answer_record_leave(record, log->options.leave);
		log->end += access_line(log->lines + log->end, &log->clock,
					log->options.format, record);
		log->pending++;
	}
}

static void log_fill(struct access_log *log)
{
	unsigned int i, count = log->rings->count;

	if (log->end)
		return;
	for (i = 0; i < count; i++)
		log_take(log, &log->readers[(log->first + i) % count]);
	log->first++;
}

/* What is gone while nothing is taken is told at once, too. */
static void log_count(struct access_log *log)
{
	uint64_t lost = log->sink.unsaid;
	char text[ERROR_TEXT];
	unsigned int i;

	for (i = 0; i < log->rings->count; i++) {
		answer_reader_look(&log->readers[i]);
		lost += log->readers[i].lost;
	}
	serve_counter_add_many(log->counters, SERVE_LOG_LOST, lost - log->lost);
	if (lost > log->lost && !log->losing) {
		snprintf(text, sizeof(text),
			 "lines of the access log are lost: %s takes too few",
			 log->options.where);
		log->say(text);
		log->losing = true;
	}
	log->lost = lost;
}

/* Whether all lines are written. */
static bool log_write(struct access_log *log)
{
	uint64_t unsaid = log->sink.unsaid;

	log->at += access_sink_write(&log->sink, log->lines + log->at,
				     log->end - log->at);
	log->pending -= log->sink.unsaid - unsaid;
	if (log->at < log->end)
		return false;
	serve_counter_add_many(log->counters, SERVE_LOG_LINES, log->pending);
	log->at = log->end = log->pending = 0;
	return true;
}

/* Lines that nobody has taken. */
static void log_drop(struct access_log *log)
{
	const char *at = log->lines + log->at, *end = log->lines + log->end;
	unsigned int lines = 0;

	while ((at = memchr(at, '\n', end - at))) {
		at++;
		lines++;
	}
	serve_counter_add_many(log->counters, SERVE_LOG_LOST, lines);
	serve_counter_add_many(log->counters, SERVE_LOG_LINES,
			       log->pending - lines);
}

/* A line that has begun ends in the same file, or nowhere. */
static void log_line_end(struct access_log *log)
{
	const char *at = log->lines + log->at, *end;
	size_t len;

	if (!log->at || at[-1] == '\n')
		return;
	end = memchr(at, '\n', log->end - log->at);
	len = end + 1 - at;
	if (access_sink_write(&log->sink, at, len) < len) {
		serve_counter_add_many(log->counters, SERVE_LOG_LOST, 1);
		log->pending--;
	}
	log->at += len;
}

static void log_reopen(struct access_log *log)
{
	char text[ERROR_TEXT + 64];

	if (atomic_exchange(&log->reopen, false))
		log_line_end(log);
	else if (!log->failed || now_ms() < log->again_at)
		return;
	if (!access_sink_reopen(&log->sink)) {
		log->failed = false;
		return;
	}
	if (!log->failed) {
		snprintf(text, sizeof(text), "the old access log goes on: %s",
			 error_text());
		log->say(text);
	}
	log->failed = true;
	log->again_at = now_ms() + LOG_AGAIN;
}

static void log_pause(int ms)
{
	const struct timespec wait = {.tv_nsec = ms * 1000000L};

	nanosleep(&wait, NULL);
}

/* Whether there is more to come. */
static bool log_round(struct access_log *log)
{
	bool stopping = atomic_load(&log->stopping), some, full;

	log_reopen(log);
	log_fill(log);
	log_count(log);
	some = log->end > 0;
	full = log->end >= LOG_BATCH;
	if (!log_write(log)) {
		log_pause(LOG_STALL);
		return !stopping || now_ms() < log->end_at;
	}
	log->losing = false;
	if (stopping)
		return some;
	if (full)
		return true;
	if (some)
		log_pause(LOG_PAUSE);
	else
		answer_sleep(&log->sleeper, log_found, log, LOG_AGAIN);
	return true;
}

static void *log_main(void *arg)
{
	struct access_log *log = arg;

	while (log_round(log))
		;
	log_drop(log);
	return NULL;
}

int access_log_start(struct access_log *log, struct answer_rings *rings,
		     struct serve_counters *counters,
		     void (*say)(const char *text))
{
	unsigned int i;
	int err;

	if (!log)
		return 0;
	log->readers = calloc(rings->count, sizeof(*log->readers));
	if (!log->readers)
		return error_sys(-ENOMEM, "cannot start the access log");
	for (i = 0; i < rings->count; i++) {
		answer_reader_init(&log->readers[i], rings->ring[i]->memory);
		rings->ring[i]->sleeper = &log->sleeper;
	}
	log->counters = counters;
	log->say = say;
	log->rings = rings;
	answer_rings_want(rings);
	err = -pthread_create(&log->thread, NULL, log_main, log);
	if (!err)
		return 0;
	log->rings = NULL;
	return error_sys(err, "cannot start the access log");
}

void access_log_reopen(struct access_log *log)
{
	if (!log)
		return;
	atomic_store(&log->reopen, true);
	answer_wake(&log->sleeper);
}

void access_log_close(struct access_log *log)
{
	if (!log)
		return;
	if (log->rings) {
		log->end_at = now_ms() + LOG_END;
		atomic_store(&log->stopping, true);
		answer_wake(&log->sleeper);
		pthread_join(log->thread, NULL);
	}
	access_sink_close(&log->sink);
	free(log->readers);
	free(log);
}
