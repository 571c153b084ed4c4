// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advise.h"
#include "advise_report.h"
#include "array.h"
#include "cmd.h"
#include "cmd_options.h"
#include "cmd_requests.h"
#include "cmd_view.h"
#include "desk_view.h"
#include "error.h"
#include "hits_print.h"
#include "hits_view.h"
#include "map_file.h"
#include "progress.h"
#include "ruleset.h"
#include "text.h"

/* What is kept of each rule's requests, and how many rules are printed, where
 * nobody says so. */
enum { EXAMPLES = 1, TOP = 20 };

struct options {
	struct cmd_view view;
	struct cmd_requests requests;
	const char **logs;
	size_t count, room;
	unsigned long long examples, top;
	bool json, strict, hits;
};

enum {
	OPT_LOG = CMD_OPTION,
	OPT_EXAMPLES,
	OPT_TOP,
	OPT_JSON,
	OPT_STRICT,
	OPT_HITS,
};

static int log_add(struct options *options, const char *path)
{
	if (array_grow(&options->logs, &options->room, options->count + 1,
		       sizeof(*options->logs)))
		return error_set(-EINVAL, "no memory for its name");
	options->logs[options->count++] = path;
	return CMD_OK;
}

static int number_take(const struct cmd *cmd, unsigned long long *number)
{
	if (cmd_number(optarg, 0, 1000000, number))
		return cmd_usage(cmd, "'%s' is no number from 0 to 1000000",
				 optarg);
	return CMD_OK;
}

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct options *options = arg;

	if (option >= CMD_REQUESTS_FORMAT)
		return cmd_requests_take(cmd, option, &options->requests);
	if (option >= CMD_VIEW_RELEASE)
		return cmd_view_take(cmd, option, &options->view);
	switch (option) {
	case OPT_LOG:
		return log_add(options, optarg);
	case OPT_EXAMPLES:
		return number_take(cmd, &options->examples);
	case OPT_TOP:
		return number_take(cmd, &options->top);
	case OPT_STRICT:
		options->strict = true;
		return CMD_OK;
	case OPT_HITS:
		options->hits = true;
		return CMD_OK;
	}
	options->json = true;
	return CMD_OK;
}

/* What stands behind the first log are others. */
static int logs_read(struct options *options, const struct cmd *cmd, int argc,
		     char **argv)
{
	size_t stdins = 0, i;

	for (; optind < argc; optind++)
		if (log_add(options, argv[optind]))
			return cmd_usage(cmd, "%s", error_text());
	for (i = 0; i < options->count; i++)
		stdins += !strcmp(options->logs[i], "-");
	if (options->count && options->hits)
		return cmd_usage(cmd, "--log or --hits, not both");
	if (!options->count && !options->hits)
		return cmd_usage(cmd, "--log is needed: whose requests");
	if (stdins > 1)
		return cmd_usage(cmd, "standard input can be one log only");
	return CMD_OK;
}

static int options_read(struct options *options, const struct cmd *cmd,
			int argc, char **argv)
{
	static const struct option longs[] = {
		{"log", required_argument, NULL, OPT_LOG},
		CMD_VIEW_LONGS,
		CMD_REQUESTS_LONGS,
		{"examples", required_argument, NULL, OPT_EXAMPLES},
		{"top", required_argument, NULL, OPT_TOP},
		{"json", no_argument, NULL, OPT_JSON},
		{"strict", no_argument, NULL, OPT_STRICT},
		{"hits", no_argument, NULL, OPT_HITS},
		{NULL, 0, NULL, 0},
	};
	int code = cmd_options(cmd, argc, argv, longs, option_take, options);

	if (code)
		return code;
	if (cmd_view_both(&options->view))
		return cmd_usage(cmd, "--release or --draft, not both");
	return logs_read(options, cmd, argc, argv);
}

static const char *log_name(const char *path)
{
	return strcmp(path, "-") ? path : "standard input";
}

static int log_read(struct advise *advise, const struct options *options,
		    const char *path)
{
	struct request_read read;
	int err;

	progress_stage_of("reading", "lines", 0);
	err = request_read_open(&read, path, &options->requests.read);
	if (!err)
		err = advise_read(advise, &read, log_name(path));
	request_read_close(&read);
	return err;
}

/* What is left out is said; what was counted counts all the same. */
static int hits_read(struct advise *advise, const struct cmd *cmd)
{
	struct hits_view *view = NULL;
	struct hits_missed missed = {.cmd = cmd};
	int err = hits_print_open(&view, cmd, &missed);

	if (!err)
		err = advise_hits(advise, view);
	hits_view_close(view);
	return err;
}

static void bad_print(const struct advise *advise)
{
	uint64_t i;

	for (i = 0; i < advise->unreadable && i < ADVISE_BAD; i++) {
		text_print(stderr, advise->bad[i].file);
		fprintf(stderr, ":%lu: %s\n", advise->bad[i].line,
			advise->bad[i].reason);
	}
	if (i < advise->unreadable)
		fprintf(stderr,
			"and %" PRIu64 " more line%s that could not be read\n",
			advise->unreadable - i,
			advise->unreadable - i == 1 ? "" : "s");
}

static int report(const struct advise *advise, const struct options *options,
		  const struct cmd *cmd)
{
	char rules[CMD_VIEW_TEXT];
	struct advise_report about = {
		.advise = advise,
		.cmd = cmd,
		.rules = cmd_view_text(rules, &options->view),
		.draft = options->view.draft,
		.top = options->top,
	};
	int err = 0;

	bad_print(advise);
	if (advise->lines && !advise->requests)
		return error_set(-EINVAL, "no line has a request");
	if (!options->requests.read.form &&
	    (advise->requests + advise->without) * 10 < advise->lines)
		return error_set(-EINVAL,
				 "this is no log: of %" PRIu64 " lines %" PRIu64
				 " are requests; --format says what they are",
				 advise->lines, advise->requests);
	if (options->json)
		err = advise_json_print(&about);
	else
		advise_report_print(&about);
	if (err)
		return err;
	return options->strict && (advise->count || !advise_asked(advise))
		       ? CMD_FAILED
		       : CMD_OK;
}

static int advise_logs(struct advise *advise, const struct options *options,
		       const struct cmd *cmd)
{
	size_t i;
	int err = 0;

	for (i = 0; i < options->count && !err; i++)
		err = log_read(advise, options, options->logs[i]);
	if (options->hits)
		err = hits_read(advise, cmd);
	advise_sort(advise);
	progress_off();
	return err ? err : report(advise, options, cmd);
}

static int advise_run(const struct cmd *cmd, const struct options *options)
{
	struct advise advise = {.most = options->examples};
	struct ruleset set = {0};
	struct map *map = NULL;
	struct release_view view;
	int err = cmd_view_open(&view, &options->view, cmd->state);

	if (!err) {
		progress_on(stderr);
		err = desk_view(&set, &map, &view);
		release_view_close(&view);
	}
	advise.set = &set;
	advise.map = map;
	if (!err)
		err = advise_logs(&advise, options, cmd);
	progress_off();
	advise_free(&advise);
	map_close(map);
	ruleset_free(&set);
	return err < 0 ? cmd_fail(cmd) : err;
}

int cmd_advise(const struct cmd *cmd, int argc, char **argv)
{
	struct options options = {
		.view = CMD_VIEW_INIT,
		.examples = EXAMPLES,
		.top = TOP,
	};
	int code = options_read(&options, cmd, argc, argv);

	if (!code)
		code = advise_run(cmd, &options);
	free(options.logs);
	return cmd_flush(cmd, code);
}

const struct cmd_about cmd_advise_about = {
	.name = "advise",
	.run = cmd_advise,
	.summary = "which rules lose the method and body of requests that came",
	.usage = "--log FILE|- ...|--hits [OPTION ...]",
	.text = "Tell by access logs which rules met another method than GET and HEAD with 301\n"
		"or 302, behind which most clients send GET without the body, and the command\n"
		"that keeps it. Likewise of rules on trial, which would when they are promoted.\n"
		"Logs are read as rehearse reads them. Nothing is changed.\n",
	.options =
		"  --log FILE          an access log, plain or gzip, or several\n"
		"  --hits              in place of logs, what servers and the fast path counted\n" CMD_VIEW_HELP
			CMD_REQUESTS_HELP
		"  --examples N        requests shown of each rule; 1 if not given\n"
		"  --top N             rules shown, 0 for all; 20 if not given\n"
		"  --strict            exit 1 if there is such a rule, or nothing to count\n"
		"  --json              as a JSON object\n",
	.exits = "0 done; 1 failed, or what --strict says; 2 usage",
	.example = "detour advise --log access.log.gz",
};
