// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "cmd.h"
#include "cmd_options.h"
#include "fast_counters.h"
#include "json.h"
#include "view_counters.h"

static void stats_print(const struct view_counters *stats)
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

static json_t *fast_json(const struct view_counters *stats)
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

static json_t *socket_json(const struct view_counters *stats)
{
	json_t *root = json_object();
	int i;

	json_object_set_new(root, "servers", json_integer(stats->servers));
	for (i = 0; i < SERVE_COUNT; i++)
		json_object_set_new(root, serve_counter_name(i),
				    json_integer(stats->socket[i]));
	return root;
}

static void stats_tell(void *cmd)
{
	cmd_fail(cmd);
}

int cmd_stats(const struct cmd *cmd, int argc, char **argv)
{
	struct view_counters stats;
	bool json = false;
	int code = cmd_options_json(cmd, argc, argv, &json);

	if (code)
		return code;
	if (view_counters_read(&stats, cmd->state, stats_tell, (void *)cmd))
		return cmd_fail(cmd);
	if (!json)
		stats_print(&stats);
	else if (json_print(stdout, json_pack("{s:o, s:o}", "fastpath",
					      fast_json(&stats), "socket",
					      socket_json(&stats))))
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
