// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "error.h"
#include "fast_counters.h"
#include "fast_instance.h"
#include "serve_stats_client.h"
#include "server_list_ended.h"
#include "server_list_read.h"
#include "state.h"
#include "view_counters.h"

enum {
	COUNTERS_TRIES = 3,
	COUNTERS_PAUSE = 50000, /* us, for a server that is just starting */
};

struct gather {
	const char *state;
	struct view_counters *counters;
	void (*tell)(void *arg);
	void *arg;
	/* The servers that were asked. */
	char (*name)[sizeof(((struct server_list_entry *)0)->name)];
	size_t room;
};

static void fast_take(const struct gather *gather)
{
	struct view_counters *counters = gather->counters;
	int err = fast_counters_read(counters->fast, gather->state);

	counters->attached = !err;
	if (!err || (err == -ENOENT && !fast_instance_hidden(gather->state)))
		return;
	if (err == -ENOENT || err == -EACCES || err == -EPERM) {
		counters->hidden = true;
		error_set(err,
			  "this user may not see the fast path's counters");
	} else {
		counters->partial = true;
	}
	gather->tell(gather->arg);
}

static void counters_add(struct view_counters *counters, const uint64_t *value)
{
	int i;

	for (i = 0; i < SERVE_COUNT; i++)
		counters->socket[i] += value[i];
}

/* Read them; 1 if the server has ended. One that is starting gets time. */
static int server_read(uint64_t *value, const char *state, const char *name)
{
	char path[PATH_MAX];
	int err = 0, tries;

	state_path(path, state, "servers/%s", name);
	for (tries = 0; tries < COUNTERS_TRIES; tries++) {
		if (tries)
			usleep(COUNTERS_PAUSE);
		err = serve_stats_read(value, path);
		if (err && !server_list_runs(state, name))
			return 1;
		if (!err || err == -ETIMEDOUT)
			return err;
	}
	return err;
}

static int server_take(const struct server_list_entry *server, void *arg)
{
	struct gather *gather = arg;
	struct view_counters *counters = gather->counters;
	uint64_t value[SERVER_LIST_COUNTERS];
	int err;

	err = server_read(value, gather->state, server->name);
	if (err > 0)
		return 0;
	if (err < 0) {
		counters->partial = true;
		gather->tell(gather->arg);
		/* What it has told last, so that nothing falls. */
		if (!server_list_last(gather->state, server->name, value))
			return 0;
	}
	if (array_grow(&gather->name, &gather->room, counters->servers + 1,
		       sizeof(*gather->name)))
		return error_sys(-ENOMEM, "cannot count the servers");
	strcpy(gather->name[counters->servers], server->name);
	counters->servers += !err;
	counters_add(counters, value);
	return 0;
}

static bool is_counted(const char *name, void *arg)
{
	const struct gather *gather = arg;
	uint64_t i;

	for (i = 0; i < gather->counters->servers; i++)
		if (!strcmp(gather->name[i], name))
			return true;
	return false;
}

/* Those that run, then those that have ended: who does so in between is found
 * among the latter. */
static int servers_take(struct gather *gather)
{
	int hold = server_list_hold(gather->state), err;
	uint64_t value[SERVER_LIST_COUNTERS];

	err = server_list_each(gather->state, server_take, gather);
	if (!err) {
		server_list_ended(gather->state, value, is_counted, gather);
		counters_add(gather->counters, value);
	}
	if (hold >= 0)
		close(hold);
	free(gather->name);
	return err;
}

int view_counters_read(struct view_counters *counters, const char *state,
		       void (*tell)(void *arg), void *arg)
{
	struct gather gather = {
		.state = state,
		.counters = counters,
		.tell = tell,
		.arg = arg,
	};
	int err = state_find(state);

	memset(counters, 0, sizeof(*counters));
	if (err)
		return err;
	fast_take(&gather);
	return servers_take(&gather);
}
