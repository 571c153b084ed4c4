// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#include "change.h"
#include "cmd.h"
#include "cmd_draft_list.h"
#include "cmd_options.h"
#include "error.h"
#include "fast_status.h"
#include "fast_status_print.h"
#include "follow.h"
#include "json.h"
#include "live_file.h"
#include "map_file.h"
#include "release.h"
#include "release_view.h"
#include "server_list.h"
#include "server_list_read.h"
#include "state.h"
#include "store.h"
#include "store_release.h"
#include "text.h"

enum { STATUS_WAIT = 1000 }; /* ms, for servers that are just told */

/* Everything is gathered as JSON, and printed as that or for people. */
struct status {
	const char *state;
	json_t *root;
	bool damaged;
	bool behind; /* a server is */
	struct live_file live;
	json_t *servers;
};

static int release_take(const struct store_release *release, void *arg)
{
	json_t *root = arg;

	json_object_set_new(root, "time", json_integer(release->time));
	json_object_set_new(root, "user", json_of_text(release->user));
	json_object_set_new(root, "command", json_of_text(release->command));
	json_object_set_new(root, "message", json_of_text(release->message));
	return 0;
}

static json_t *overlay_take(const struct map *map)
{
	return json_pack("{s:I, s:s, s:I}", "rules",
			 (json_int_t)map_rules_own(map), "base",
			 map_lower_name(map), "base_size",
			 (json_int_t)map_size(map_lower(map)));
}

/* What is wrong with the map is part of the status, not a failure of it. */
static json_t *map_take(struct status *status, const struct live_file *live)
{
	struct map *map = NULL;
	char path[PATH_MAX];
	json_t *value;
	int err;

	state_map_path(path, status->state, live->map);
	err = map_open(&map, path);
	if (!err)
		err = map_verify(map);
	value = json_pack("{s:s, s:b}", "file", live->map, "sound", !err);
	if (err == -EPROTONOSUPPORT)
		json_object_set_new(value, "sound", json_null());
	else if (err)
		status->damaged = true;
	if (err) {
		json_object_set_new(value, "error", json_of_text(error_text()));
	} else {
		json_object_set_new(value, "size", json_integer(map_size(map)));
		json_object_set_new(value, "checksum",
				    json_sprintf("%08x", map_checksum(map)));
		if (map_lower(map))
			json_object_set_new(value, "overlay",
					    overlay_take(map));
	}
	map_close(map);
	return value;
}

/* Whether it answers from what is live: from a later release if that is live
 * meanwhile. */
static bool server_follows(const struct status *status,
			   const struct server_list_entry *server)
{
	struct live_file now;

	if (!server->known || server->release < status->live.release)
		return false;
	return server->release == status->live.release ||
	       (!live_file_read(status->state, &now) &&
		server->release <= now.release);
}

static int server_take(const struct server_list_entry *server, void *arg)
{
	struct status *status = arg;
	bool follows = server_follows(status, server);
	json_t *value = json_pack("{s:I, s:o, s:I, s:I, s:b, s:b, s:[I,I]}",
				  "pid", (json_int_t)server->pid, "listen",
				  json_of_text(server->listen), "since",
				  (json_int_t)server->since, "release",
				  (json_int_t)server->release, "known",
				  server->known, "current", follows, "layouts",
				  (json_int_t)server->layout_min,
				  (json_int_t)server->layout_max);

	if (!follows)
		status->behind = true;
	if (json_array_append_new(status->servers, value))
		return error_sys(-ENOMEM, "cannot list the servers");
	return 0;
}

/* The log entry of the live release, and the number of its rules. */
static int store_take(struct status *status, const struct live_file *live)
{
	struct release_view view;
	json_t *drafts;
	int err;

	err = release_view_open(&view, status->state, live->release, stderr);
	if (err)
		return err;
	json_object_set_new(status->root, "rules", json_integer(view.rules));
	if (view.release)
		err = store_log(view.store, view.release, view.release,
				release_take, status->root);
	if (!err)
		err = cmd_draft_store(&view, status->state);
	if (!err) {
		err = cmd_draft_names(view.store, live->release, &drafts);
		json_object_set_new(status->root, "drafts", drafts);
	}
	release_view_close(&view);
	return err;
}

/* Without a store, what answers can still be said. */
static int status_gather(struct status *status)
{
	json_t *root = status->root, *servers = json_array(), *fastpath;
	struct live_file live;
	int err;

	json_object_set_new(root, "servers", servers);
	err = release_read(status->state, &live, stderr);
	if (err)
		return err;
	json_object_set_new(root, "state", json_of_text(status->state));
	json_object_set_new(root, "release", json_integer(live.release));
	json_object_set_new(root, "map",
			    *live.map ? map_take(status, &live) : json_null());
	if (store_take(status, &live)) {
		status->damaged = true;
		json_object_set_new(root, "error", json_of_text(error_text()));
	}
	err = fast_status_take(status->state, live.release, &fastpath);
	if (err)
		return err;
	json_object_set_new(root, "fastpath", fastpath);
	status->live = live;
	status->servers = servers;
	err = follow_wait(status->state, live.release, STATUS_WAIT);
	return err < 0 ? err
		       : server_list_each(status->state, server_take, status);
}

static void field_print(const json_t *value, const char *key)
{
	text_print(stdout, json_text_of(value, key));
}

static void drafts_print(const json_t *drafts)
{
	size_t i;

	for (i = 0; i < json_array_size(drafts); i++)
		printf("%s%s", i ? ", " : "drafts   ",
		       json_string_value(json_array_get(drafts, i)));
	if (i)
		putchar('\n');
}

static void release_print(const json_t *root)
{
	fputs("release  ", stdout);
	if (!json_number_of(root, "release")) {
		puts("no release yet");
		drafts_print(json_object_get(root, "drafts"));
		return;
	}
	printf("%" PRId64, json_number_of(root, "release"));
	if (json_object_get(root, "error")) {
		fputs("\nstore    ", stdout);
		field_print(root, "error");
		putchar('\n');
		return;
	}
	fputs(", ", stdout);
	text_time(stdout, json_number_of(root, "time"));
	fputs(" by ", stdout);
	field_print(root, "user");
	fputs(": ", stdout);
	field_print(root, "command");
	printf("\nrules    %" PRId64 "\n", json_number_of(root, "rules"));
	drafts_print(json_object_get(root, "drafts"));
}

static void overlay_print(const json_t *overlay)
{
	if (!overlay)
		return;
	fputs(", ", stdout);
	text_count(stdout, json_number_of(overlay, "rules"), "rule");
	fputs(" over ", stdout);
	field_print(overlay, "base");
}

static void map_print(const json_t *map)
{
	if (!json_is_object(map))
		return;
	fputs("map      ", stdout);
	field_print(map, "file");
	if (json_is_true(json_object_get(map, "sound"))) {
		printf(", %" PRId64 " bytes, checksum ",
		       json_number_of(map, "size"));
		field_print(map, "checksum");
		overlay_print(json_object_get(map, "overlay"));
	} else {
		fputs(json_is_null(json_object_get(map, "sound"))
			      ? " cannot be looked at: "
			      : " is DAMAGED: ",
		      stdout);
		field_print(map, "error");
	}
	putchar('\n');
}

static void servers_print(const json_t *servers)
{
	const json_t *server;
	size_t i;

	if (!json_array_size(servers))
		puts("servers  none");
	json_array_foreach(servers, i, server)
	{
		printf("server   pid %" PRId64 " on ",
		       json_number_of(server, "pid"));
		field_print(server, "listen");
		fputs(" since ", stdout);
		text_time(stdout, json_number_of(server, "since"));
		if (!json_is_true(json_object_get(server, "known")))
			puts(", DOES NOT TELL from what: its file cannot be read");
		else
			printf(", answers from release %" PRId64 "%s\n",
			       json_number_of(server, "release"),
			       json_is_true(json_object_get(server, "current"))
				       ? ""
				       : ", NOT the live one");
	}
}

static int status_run(struct status *status, bool json)
{
	int err;

	status->root = json_object();
	if (!status->root)
		return error_sys(-ENOMEM, "cannot gather the status");
	err = status_gather(status);
	if (err)
		goto out;
	if (json) {
		err = json_print(stdout, json_incref(status->root));
		goto out;
	}
	fputs("state    ", stdout);
	text_print(stdout, status->state);
	putchar('\n');
	release_print(status->root);
	map_print(json_object_get(status->root, "map"));
	servers_print(json_object_get(status->root, "servers"));
	fast_status_print(json_object_get(status->root, "fastpath"));
out:
	json_decref(status->root);
	return err;
}

int cmd_status(const struct cmd *cmd, int argc, char **argv)
{
	struct status status = {.state = cmd->state};
	bool json = false;
	int code = cmd_options_json(cmd, argc, argv, &json);

	if (code)
		return code;
	if (status_run(&status, json))
		return cmd_fail(cmd);
	return cmd_flush(cmd,
			 status.damaged || status.behind ? CMD_FAILED : CMD_OK);
}

const struct cmd_about cmd_status_about = {
	.name = "status",
	.run = cmd_status,
	.summary = "the live release, its map, and who serves it",
	.usage = "[--json]",
	.text = "Show the live release, its map, the servers that answer from it, and where the\n"
		"fast path is attached.\n",
	.options = "  --json              as a JSON object\n",
	.exits =
		"0 done; 1 failed, the map is damaged or missing, or a server does\n"
		"not follow; 2 usage",
};
