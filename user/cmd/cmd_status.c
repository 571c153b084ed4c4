// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "cmd.h"
#include "cmd_options.h"
#include "fast_status_print.h"
#include "json.h"
#include "text.h"
#include "view_status.h"

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

static void status_print(const json_t *root)
{
	fputs("state    ", stdout);
	field_print(root, "state");
	putchar('\n');
	release_print(root);
	map_print(json_object_get(root, "map"));
	servers_print(json_object_get(root, "servers"));
	fast_status_print(json_object_get(root, "fastpath"));
}

int cmd_status(const struct cmd *cmd, int argc, char **argv)
{
	bool json = false, wrong = false;
	json_t *root = NULL;
	int code = cmd_options_json(cmd, argc, argv, &json), err;

	if (code)
		return code;
	err = view_status_take(&root, &wrong, cmd->state);
	if (!err && json)
		err = json_print(stdout, json_incref(root));
	else if (!err)
		status_print(root);
	json_decref(root);
	if (err)
		return cmd_fail(cmd);
	return cmd_flush(cmd, wrong ? CMD_FAILED : CMD_OK);
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
