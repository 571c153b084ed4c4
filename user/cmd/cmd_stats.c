// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "cmd.h"
#include "cmd_options.h"
#include "error.h"
#include "fast_counters.h"
#include "fast_instance.h"
#include "json.h"
#include "serve_stats.h"
#include "serve_stats_client.h"
#include "server_list.h"
#include "server_list_ended.h"
#include "server_list_read.h"
#include "state.h"

enum {
	STATS_TRIES = 3,
	STATS_PAUSE = 50000, /* us, for a server that is just starting */
};

struct stats {
	const struct cmd *cmd;
	bool attached; /* the fast path's counters are there */
	bool partial;  /* something could not be read, as was said */
	uint64_t fast[COUNTER_COUNT];
	uint64_t servers;
	size_t room;
	char (*name)[sizeof(((struct server_list_entry *)0)->name)];
	uint64_t socket[SERVE_COUNT];
};

static void fast_take(struct stats *stats)
{
	const char *state = stats->cmd->state;
	int err = fast_counters_read(stats->fast, state);

	stats->attached = !err;
	if (!err || (err == -ENOENT && !fast_instance_hidden(state)))
		return;
	if (err == -ENOENT || err == -EACCES || err == -EPERM)
		error_set(err,
			  "this user may not see the fast path's counters");
	else
		stats->partial = true;
	cmd_fail(stats->cmd);
}

static void counters_add(struct stats *stats, const uint64_t *value)
{
	int i;

	for (i = 0; i < SERVE_COUNT; i++)
		stats->socket[i] += value[i];
}

/* Read them; 1 if the server has ended. One that is starting gets time. */
static int server_read(uint64_t *value, const char *state, const char *name)
{
	char path[PATH_MAX];
	int err = 0, tries;

	state_path(path, state, "servers/%s", name);
	for (tries = 0; tries < STATS_TRIES; tries++) {
		if (tries)
			usleep(STATS_PAUSE);
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
	struct stats *stats = arg;
	uint64_t value[SERVER_LIST_COUNTERS];
	int err;

	err = server_read(value, stats->cmd->state, server->name);
	if (err > 0)
		return 0;
	if (err < 0) {
		stats->partial = true;
		cmd_fail(stats->cmd);
		/* What it has told last, so that nothing falls. */
		if (!server_list_last(stats->cmd->state, server->name, value))
			return 0;
	}
	if (array_grow(&stats->name, &stats->room, stats->servers + 1,
		       sizeof(*stats->name)))
		return error_sys(-ENOMEM, "cannot count the servers");
	strcpy(stats->name[stats->servers], server->name);
	stats->servers += !err;
	counters_add(stats, value);
	return 0;
}

static bool is_counted(const char *name, void *arg)
{
	const struct stats *stats = arg;
	uint64_t i;

	for (i = 0; i < stats->servers; i++)
		if (!strcmp(stats->name[i], name))
			return true;
	return false;
}

/* Those that run, then those that have ended: who does so in between is found
 * among the latter. */
static int servers_take(struct stats *stats)
{
	const char *state = stats->cmd->state;
	int hold = server_list_hold(state), err;
	uint64_t value[SERVER_LIST_COUNTERS];

	err = server_list_each(state, server_take, stats);
	if (!err) {
		server_list_ended(state, value, is_counted, stats);
		counters_add(stats, value);
	}
	if (hold >= 0)
		close(hold);
	free(stats->name);
	return err;
}

static void stats_print(const struct stats *stats)
{
	int i;

	for (i = 0; stats->attached && i < COUNTER_COUNT; i++)
		printf("%s %" PRIu64 "\n", fast_counter_name(i),
		       stats->fast[i]);
	printf("socket_servers %" PRIu64 "\n", stats->servers);
	for (i = 0; i < SERVE_COUNT; i++)
		printf("%s %" PRIu64 "\n", serve_counter_name(i),
		       stats->socket[i]);
}

static json_t *fast_json(const struct stats *stats)
{
	json_t *root;
	int i;

	if (!stats->attached)
		return json_null();
	root = json_object();
	for (i = 0; i < COUNTER_COUNT; i++)
		json_object_set_new(root, fast_counter_name(i),
				    json_integer(stats->fast[i]));
	return root;
}

static json_t *socket_json(const struct stats *stats)
{
	json_t *root = json_object();
	int i;

	json_object_set_new(root, "servers", json_integer(stats->servers));
	for (i = 0; i < SERVE_COUNT; i++)
		json_object_set_new(root, serve_counter_name(i),
				    json_integer(stats->socket[i]));
	return root;
}

static int stats_run(struct stats *stats, bool json)
{
	int err = state_find(stats->cmd->state);

	if (err)
		return err;
	fast_take(stats);
	err = servers_take(stats);
	if (err)
		return err;
	if (json)
		return json_print(stdout, json_pack("{s:o, s:o}", "fastpath",
						    fast_json(stats), "socket",
						    socket_json(stats)));
	stats_print(stats);
	return 0;
}

int cmd_stats(const struct cmd *cmd, int argc, char **argv)
{
	struct stats stats = {.cmd = cmd};
	bool json = false;
	int code = cmd_options_json(cmd, argc, argv, &json);

	if (code)
		return code;
	if (stats_run(&stats, json))
		return cmd_fail(cmd);
	return cmd_flush(cmd, stats.partial ? CMD_FAILED : CMD_OK);
}

const struct cmd_about cmd_stats_about = {
	.name = "stats",
	.run = cmd_stats,
	.summary = "the counters",
	.usage = "[--json]",
	.text = "Print the counters of the fast path, since it was first attached, and of all\n"
		"servers, those that have ended among them, in one sum.\n",
	.options = "  --json              as a JSON object\n",
	.exits = "0 done, 1 failed or a server could not be asked, 2 usage",
	.example = "detour stats | grep -v ' 0$'",
};
