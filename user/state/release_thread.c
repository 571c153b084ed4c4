// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "release_map.h"
#include "release_thread.h"

struct release_thread {
	pthread_t thread;
	bool running;
	atomic_bool stop;
	struct release_source source;
	char path[PATH_MAX];
	uint64_t rules;
	int err;
	char reason[ERROR_TEXT]; /* the thread's own */
};

static void *thread_run(void *arg)
{
	struct release_thread *thread = arg;

	thread->err = release_map_write(thread->path, &thread->source,
					&thread->stop, &thread->rules);
	if (thread->err)
		error_save(thread->reason);
	return NULL;
}

int release_thread_start(struct release_thread **out, const char *path,
			 const struct release_source *source)
{
	struct release_thread *thread = calloc(1, sizeof(*thread));
	int err;

	if (!thread)
		return error_sys(-ENOMEM, "cannot start compiling");
	thread->source = *source;
	strncpy(thread->path, path, sizeof(thread->path) - 1);
	err = -pthread_create(&thread->thread, NULL, thread_run, thread);
	if (err) {
		free(thread);
		return error_sys(err, "cannot start compiling");
	}
	thread->running = true;
	*out = thread;
	return 0;
}

int release_thread_join(struct release_thread *thread, uint64_t *rules)
{
	if (thread->running)
		pthread_join(thread->thread, NULL);
	thread->running = false;
	*rules = thread->rules;
	if (thread->err)
		error_restore(thread->reason);
	return thread->err;
}

void release_thread_free(struct release_thread *thread)
{
	if (!thread)
		return;
	atomic_store(&thread->stop, true);
	if (thread->running)
		pthread_join(thread->thread, NULL);
	free(thread);
}
