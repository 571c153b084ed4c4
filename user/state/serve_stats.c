// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "serve_stats.h"
#include "serve_stats_socket.h"
#include "server_list.h"
#include "server_list_file.h"
#include "server_socket.h"

_Static_assert((int)SERVE_COUNT <= SERVER_LIST_COUNTERS, "they are kept there");

enum { STATS_PAUSE = 100000 }; /* us, when there is no room to accept */

struct serve_stats {
	unsigned int workers;
	struct serve_counters *counters;
	_Atomic(struct server_list *) list;
	int fd;
	char path[PATH_MAX + SERVER_SOCKET_SUFFIX];
	bool running; /* the thread */
	atomic_bool stopping;
	pthread_t thread;
};

int serve_stats_new(struct serve_stats **result, unsigned int workers)
{
	size_t size = workers * sizeof(struct serve_counters);
	struct serve_stats *stats = calloc(1, sizeof(*stats));

	if (!stats)
		return error_sys(-ENOMEM, "cannot start");
	stats->fd = -1;
	stats->workers = workers;
	stats->counters = aligned_alloc(64, size);
	if (!stats->counters) {
		free(stats);
		return error_sys(-ENOMEM, "cannot start");
	}
	memset(stats->counters, 0, size);
	*result = stats;
	return 0;
}

struct serve_counters *serve_stats_worker(struct serve_stats *stats,
					  unsigned int worker)
{
	return &stats->counters[worker];
}

int serve_stats_listen(struct serve_stats *stats, const char *path, int fd)
{
	int err;

	if (fd < 0)
		fd = server_socket_make(path, SERVER_SOCKET_COUNTERS);
	if (fd < 0)
		return fd;
	snprintf(stats->path, sizeof(stats->path), "%s%s", path,
		 server_socket_suffix(SERVER_SOCKET_COUNTERS));
	err = server_socket_replace(&stats->fd, fd);
	if (!err)
		return 0;
	close(fd);
	return error_sys(err, "cannot create %s", stats->path);
}

static uint64_t stats_sum(struct serve_stats *stats, int counter)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < stats->workers; i++)
		sum += atomic_load_explicit(&stats->counters[i].value[counter],
					    memory_order_relaxed);
	return sum;
}

static void stats_sums(struct serve_stats *stats, uint64_t *value)
{
	int i;

	for (i = 0; i < SERVE_COUNT; i++)
		value[i] = stats_sum(stats, i);
}

void serve_stats_keep(struct serve_stats *stats, struct server_list *list)
{
	uint64_t value[SERVE_COUNT];

	atomic_store(&stats->list, list);
	stats_sums(stats, value);
	server_list_counters(list, value, SERVE_COUNT);
}

/* It fits the socket's buffer: nobody is waited for. */
static void stats_send(struct serve_stats *stats, int fd)
{
	struct serve_stats_message message = {
		.magic = SERVE_STATS_MAGIC,
		.count = SERVE_COUNT,
	};

	stats_sums(stats, message.value);
	server_list_counters(atomic_load(&stats->list), message.value,
			     SERVE_COUNT);
	send(fd, &message, sizeof(message), MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void *stats_main(void *arg)
{
	struct serve_stats *stats = arg;

	while (!atomic_load(&stats->stopping)) {
		int fd = accept4(stats->fd, NULL, NULL, SOCK_CLOEXEC);

		if (fd >= 0) {
			stats_send(stats, fd);
			close(fd);
		} else if (!atomic_load(&stats->stopping)) {
			usleep(STATS_PAUSE);
		}
	}
	return NULL;
}

int serve_stats_start(struct serve_stats *stats)
{
	int err;

	if (stats->fd < 0 || stats->running)
		return 0;
	err = -pthread_create(&stats->thread, NULL, stats_main, stats);
	if (err)
		return error_sys(err, "cannot start a thread for counters");
	stats->running = true;
	return 0;
}

/* The shutdown wakes the thread up. */
void serve_stats_close(struct serve_stats *stats)
{
	if (!stats)
		return;
	if (stats->fd >= 0)
		unlink(stats->path);
	if (stats->running) {
		atomic_store(&stats->stopping, true);
		shutdown(stats->fd, SHUT_RDWR);
		pthread_join(stats->thread, NULL);
	}
	if (stats->fd >= 0)
		close(stats->fd);
	serve_stats_keep(stats, atomic_load(&stats->list));
	free(stats->counters);
	free(stats);
}
