// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "error.h"
#include "host.h"
#include "json.h"
#include "rule.h"
#include "view.h"

struct show {
	const char *host; /* as the user wrote it */
	const char *tag;
	unsigned long long release;
	bool json;
	struct json_list list;
	char from[HOST_SIZE + 4], until[HOST_SIZE + 4];
};

enum { OPT_HOST = 256, OPT_TAG, OPT_RELEASE, OPT_JSON };

static int options_read(struct show *show, const struct cmd *cmd, int argc,
			char **argv)
{
	static const struct option longs[] = {
		{"host", required_argument, NULL, OPT_HOST},
		{"tag", required_argument, NULL, OPT_TAG},
		{"release", required_argument, NULL, OPT_RELEASE},
		{"json", no_argument, NULL, OPT_JSON},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = cmd_option(cmd, argc, argv, longs)) != -1) {
		if (option == OPT_HOST)
			show->host = optarg;
		else if (option == OPT_TAG)
			show->tag = optarg;
		else if (option == OPT_JSON)
			show->json = true;
		else if (option != OPT_RELEASE)
			return CMD_USAGE;
		else if (cmd_number(optarg, 0, INT64_MAX, &show->release))
			return cmd_usage(cmd, "'%s' is no release number",
					 optarg);
	}
	if (optind < argc)
		return cmd_usage(cmd,
				 "'%s' is too much (a host is given by --host)",
				 argv[optind]);
	return CMD_OK;
}

/* All sources of a host are between "HOST/" and "HOST0", '0' being the byte
 * behind '/'. */
static int range_set(struct show *show)
{
	const char *rest = show->host, *reason = NULL;
	char name[HOST_SIZE] = "";
	ssize_t len = 0;
	int wild = 0;

	if (!strcmp(rest, "*"))
		wild = 1;
	else if (!strncmp(rest, "*.", 2))
		wild = 2;
	rest += wild;
	if (wild != 1)
		len = host_rule(name, rest, strlen(rest), &reason);
	if (len < 0)
		return error_set(-EINVAL, "host: %s: %s", show->host, reason);
	snprintf(show->from, sizeof(show->from), "%.*s%s/", wild, "*.", name);
	snprintf(show->until, sizeof(show->until), "%.*s%s0", wild, "*.", name);
	return 0;
}

static int rule_show(const struct rule *rule, void *arg)
{
	struct show *show = arg;

	if (show->tag && strcmp(show->tag, rule->tag))
		return 0;
	if (show->json)
		return json_list_add(&show->list, json_of_rule(rule));
	rule_print(stdout, rule);
	return ferror(stdout) ? error_sys(-EIO, "cannot write rules") : 0;
}

static int show_run(struct show *show, const char *state)
{
	struct view view;
	int err = 0;

	if (show->host)
		err = range_set(show);
	if (!err)
		err = view_open(&view, state, show->release);
	if (err)
		return err;
	if (!view.live.release)
		fputs("detour show: no release yet\n", stderr);
	err = view_each(&view, show->host ? show->from : NULL,
			show->host ? show->until : NULL, rule_show, show);
	if (!err && show->json)
		json_list_end(&show->list);
	view_close(&view);
	return err;
}

int cmd_show(const struct cmd *cmd, int argc, char **argv)
{
	struct show show = {.release = VIEW_LIVE, .list = {.out = stdout}};
	int code = options_read(&show, cmd, argc, argv);

	if (code)
		return code;
	if (show_run(&show, cmd->state))
		return cmd_fail(cmd);
	return cmd_flush(cmd, CMD_OK);
}

const struct cmd_about cmd_show_about = {
	.name = "show",
	.alias = "list",
	.run = cmd_show,
	.summary = "list rules",
	.usage = "[OPTION ...]",
	.text = "List rules in normal form, sorted by source.\n",
	.options =
		"  --host HOST         those of this host, as a rule has it; may be given\n"
		"                      several times: those of any of them\n"
		"  --tag TAG           those with this tag; may be given several times\n"
		"  --release N         of this release, not of the live one\n"
		"  --json              as a JSON array\n",
	.exits = CMD_EXITS_LOOK,
	.example = "detour show --host '*.old.example' --tag shop --tag blog",
};
