// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "follow.h"
#include "map.h"
#include "server_list.h"
#include "server_list_read.h"
#include "state.h"

enum { FOLLOW_LOOK = 20 }; /* ms between looks, if nothing is heard */

static int layout_check(const struct server_list_entry *server, void *arg)
{
	(void)arg;
	if (!server->known || (server->layout_min <= MAP_VERSION &&
			       MAP_VERSION <= server->layout_max))
		return 0;
	return error_set(
		-EPROTONOSUPPORT,
		"the server with pid %d reads map layout %" PRIu32
		", and this program writes %d: it would not follow; start it anew with this version first, or give --force",
		(int)server->pid, server->layout_max, MAP_VERSION);
}

int follow_check(const char *state)
{
	return server_list_each(state, layout_check, NULL);
}

bool follow_is_behind(const struct server_list_entry *server, uint64_t release)
{
	return !server->known || server->release < release;
}

static int release_check(const struct server_list_entry *server, void *arg)
{
	const uint64_t *release = arg;

	return follow_is_behind(server, *release);
}

static int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Sleep until an announcement changes. */
static void follow_sleep(int watch, int64_t ms)
{
	struct pollfd fds = {.fd = watch, .events = POLLIN};
	char events[4096];

	poll(&fds, 1, ms < FOLLOW_LOOK ? (int)ms : FOLLOW_LOOK);
	while (watch >= 0 && read(watch, events, sizeof(events)) > 0)
		;
}

int follow_wait(const char *state, uint64_t release, uint64_t ms)
{
	int64_t end = clock_ms() + (int64_t)ms, left;
	char path[PATH_MAX];
	int watch = -1, err;

	err = server_list_each(state, release_check, &release);
	if (err <= 0 || !ms)
		return err;
	state_path(path, state, "servers");
	watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (watch >= 0)
		inotify_add_watch(watch, path,
				  IN_MODIFY | IN_CREATE | IN_DELETE);
	while ((err = server_list_each(state, release_check, &release)) > 0 &&
	       (left = end - clock_ms()) > 0)
		follow_sleep(watch, left);
	if (watch >= 0)
		close(watch);
	return err;
}
