// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cache_print.h"
#include "cache_until.h"
#include "cmd.h"
#include "cmd_options.h"
#include "error.h"
#include "json.h"
#include "release_view.h"
#include "store.h"
#include "store_prune.h"
#include "store_release.h"
#include "text.h"
#include "view_release.h"

struct log_json {
	struct json_list list;
	struct store_pruned pruned;
};

static int json_show(const struct store_release *release, void *arg)
{
	struct log_json *log = arg;

	return json_list_add(&log->list,
			     view_release_json(release, &log->pruned));
}

static int text_show(const struct store_release *release, void *arg)
{
	FILE *out = arg;

	fprintf(out, "%" PRIu64 "  ", release->number);
	text_time(out, release->time);
	fputs("  ", out);
	text_print(out, release->user);
	fputs("  ", out);
	text_print(out, release->command);
	fputs("\n    ", out);
	text_count(out, release->rules, "rule");
	fprintf(out,
		", %" PRIu64 " added, %" PRIu64 " removed, %" PRIu64 " changed",
		release->added, release->removed, release->changed);
	if (release->named != STORE_NO_ROWS)
		fprintf(out, ", those of release %" PRIu64, release->named);
	if (*release->message) {
		fputs("\n    ", out);
		text_print(out, release->message);
	}
	putc('\n', out);
	return 0;
}

static void text_pruned(FILE *out, const struct store_pruned *pruned)
{
	fprintf(out, "releases before %" PRIu64 " were pruned at ",
		pruned->before);
	text_time(out, pruned->time);
	fputs(" by ", out);
	text_print(out, pruned->user);
	putc('\n', out);
}

static json_t *cache_json(const struct cache_until *cache)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < cache->count; i++) {
		const struct cache_until_host *host = &cache->hosts[i];

		json_array_append_new(
			list,
			json_pack("{s:s, s:I, s:I, s:I}", "host", host->name,
				  "until", (json_int_t)host->until, "since",
				  (json_int_t)host->since, "max_age",
				  (json_int_t)host->max_age));
	}
	return list;
}

static int caches_print(struct cache_until *cache, bool json)
{
	if (json)
		return json_print(stdout, cache_json(cache));
	if (cache->count)
		cache_print(stdout, cache, true);
	else
		puts("no cache may hold a permanent answer that is no longer live");
	return 0;
}

/* What answers no longer, and may still be held. */
static int caches_run(const char *state, bool json)
{
	struct cache_until cache = {0};
	struct release_view view;
	int err = release_view_open(&view, state, RELEASE_VIEW_LIVE, stderr);

	if (err)
		return err;
	if (view.store)
		err = cache_until_gone(&cache, view.store, UINT64_MAX,
				       view.live.release, time(NULL));
	release_view_close(&view);
	if (!err)
		err = caches_print(&cache, json);
	cache_until_free(&cache);
	return err;
}

static int log_write(FILE *out, const struct release_view *view, bool json)
{
	struct log_json log = {.list = {.out = out}};
	uint64_t live = view->live.release;
	int err = 0;

	if (view->store)
		err = store_pruned(view->store, &log.pruned);
	if (!err && view->store)
		err = store_log(view->store, 1, live,
				json ? json_show : text_show,
				json ? (void *)&log : (void *)out);
	if (!err && json)
		json_list_end(&log.list);
	else if (!err && log.pruned.before)
		text_pruned(out, &log.pruned);
	return err;
}

/* Into memory first: a pager that waits must not keep the store busy. */
static int log_run(const char *state, bool json)
{
	char *text = NULL;
	struct release_view view;
	size_t len = 0;
	FILE *out;
	int err;

	err = release_view_open(&view, state, RELEASE_VIEW_LIVE, stderr);
	if (err)
		return err;
	if (!view.live.release)
		fputs("detour log: no release yet\n", stderr);
	out = open_memstream(&text, &len);
	if (out)
		err = log_write(out, &view, json);
	if (!out || fclose(out))
		err = error_sys(-ENOMEM, "cannot show the log");
	release_view_close(&view);
	if (!err)
		fwrite(text, 1, len, stdout);
	free(text);
	return err;
}

struct options {
	bool json, caches;
};

enum { OPT_JSON = CMD_OPTION, OPT_CACHES };

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct options *options = arg;

	(void)cmd;
	if (option == OPT_JSON)
		options->json = true;
	else
		options->caches = true;
	return CMD_OK;
}

int cmd_log(const struct cmd *cmd, int argc, char **argv)
{
	static const struct option longs[] = {
		{"json", no_argument, NULL, OPT_JSON},
		{"caches", no_argument, NULL, OPT_CACHES},
		{NULL, 0, NULL, 0},
	};
	struct options options = {0};
	int code = cmd_options(cmd, argc, argv, longs, option_take, &options);

	if (code)
		return code;
	if (optind < argc)
		return cmd_usage(cmd, "'%s' is too much", argv[optind]);
	if (options.caches ? caches_run(cmd->state, options.json)
			   : log_run(cmd->state, options.json))
		return cmd_fail(cmd);
	return cmd_flush(cmd, CMD_OK);
}

const struct cmd_about cmd_log_about = {
	.name = "log",
	.run = cmd_log,
	.summary = "list the releases, the newest first",
	.usage = "[OPTION ...]",
	.text = "List the releases, the newest first; or tell until when caches may hold\n"
		"permanent answers that are no longer live.\n",
	.options =
		"  --caches            until when caches may hold what was taken back\n"
		"  --json              as a JSON array\n",
	.exits = CMD_EXITS_LOOK,
};
