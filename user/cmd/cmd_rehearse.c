// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_options.h"
#include "cmd_requests.h"
#include "error.h"
#include "map_file.h"
#include "map_named.h"
#include "progress.h"
#include "rehearse.h"
#include "rehearse_json.h"
#include "rehearse_report.h"
#include "request_read.h"
#include "text.h"

/* What is kept of each rule's requests, and how many rules of each kind are
 * printed, where nobody says so. */
enum { EXAMPLES = 1, TOP = 20 };

struct options {
	const char *from, *to;
	struct cmd_requests requests;
	unsigned long long examples, top;
	bool json, partial;
	bool fails[REHEARSE_CLASSES + 1]; /* the last one: missed */
};

enum {
	OPT_FROM = CMD_OPTION,
	OPT_TO,
	OPT_FAIL_IF,
	OPT_EXAMPLES,
	OPT_TOP,
	OPT_JSON,
	OPT_PARTIAL,
};

static const char *fail_name(size_t i)
{
	return i < REHEARSE_CLASSES ? rehearse_class_names[i]
				    : rehearse_unruled_names[REHEARSE_MISSED];
}

/* "lost,changed" */
static int fail_if_take(const struct cmd *cmd, struct options *options)
{
	const char *at = optarg;
	size_t len, i;

	for (;; at += len + 1) {
		len = strcspn(at, ",");
		for (i = 0; i <= REHEARSE_CLASSES; i++)
			if (strlen(fail_name(i)) == len &&
			    !memcmp(at, fail_name(i), len))
				break;
		if (i > REHEARSE_CLASSES)
			return cmd_usage(
				cmd,
				"--fail-if is a list of lost, changed, new, missed");
		options->fails[i] = true;
		if (!at[len])
			return CMD_OK;
	}
}

static int number_take(const struct cmd *cmd, unsigned long long *number,
		       unsigned long long min)
{
	if (cmd_number(optarg, min, 1000000, number))
		return cmd_usage(cmd, "'%s' is no number from %llu to 1000000",
				 optarg, min);
	return CMD_OK;
}

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct options *options = arg;

	if (option >= CMD_REQUESTS_FORMAT)
		return cmd_requests_take(cmd, option, &options->requests);
	switch (option) {
	case OPT_FROM:
		options->from = optarg;
		return CMD_OK;
	case OPT_TO:
		options->to = optarg;
		return CMD_OK;
	case OPT_FAIL_IF:
		return fail_if_take(cmd, options);
	case OPT_EXAMPLES:
		return number_take(cmd, &options->examples, 1);
	case OPT_PARTIAL:
		options->partial = true;
		return CMD_OK;
	case OPT_TOP:
		return number_take(cmd, &options->top, 0);
	}
	options->json = true;
	return CMD_OK;
}

static int options_read(struct options *options, const struct cmd *cmd,
			int argc, char **argv)
{
	static const struct option longs[] = {
		{"from", required_argument, NULL, OPT_FROM},
		{"to", required_argument, NULL, OPT_TO},
		CMD_REQUESTS_LONGS,
		{"fail-if", required_argument, NULL, OPT_FAIL_IF},
		{"examples", required_argument, NULL, OPT_EXAMPLES},
		{"top", required_argument, NULL, OPT_TOP},
		{"json", no_argument, NULL, OPT_JSON},
		{"partial", no_argument, NULL, OPT_PARTIAL},
		{NULL, 0, NULL, 0},
	};
	int code = cmd_options(cmd, argc, argv, longs, option_take, options);

	if (code)
		return code;
	if (!options->to)
		return cmd_usage(cmd, "--to is needed: the rules to come");
	if (argc != optind + 1)
		return cmd_usage(
			cmd,
			"one file of requests is needed, or - for standard input");
	if (!strcmp(options->from, "-") + !strcmp(options->to, "-") +
		    !strcmp(argv[optind], "-") >
	    1)
		return cmd_usage(cmd, "standard input can be one thing only");
	return CMD_OK;
}

static void bad_print(const struct rehearse_report *report)
{
	const struct rehearse *rehearse = report->rehearse;
	uint64_t i;

	for (i = 0; i < rehearse->unreadable && i < REHEARSE_BAD; i++) {
		text_print(stderr, report->requests);
		fprintf(stderr, ":%lu: %s\n", rehearse->bad[i].line,
			rehearse->bad[i].reason);
	}
	if (i < rehearse->unreadable)
		fprintf(stderr, "and %llu more %s that could not be read\n",
			(unsigned long long)(rehearse->unreadable - i),
			rehearse->unreadable - i == 1 ? "line" : "lines");
}

static int report(const struct options *options, struct rehearse_report *report)
{
	const struct rehearse *rehearse = report->rehearse;
	int err, i;

	bad_print(report);
	if (rehearse->lines && !rehearse->requests)
		return error_set(-EINVAL, "%s: no line has a request (form %s)",
				 report->requests, report->form);
	if (!options->requests.read.form &&
	    (rehearse->requests - rehearse->refused + rehearse->without) * 10 <
		    rehearse->lines)
		return error_set(
			-EINVAL,
			"%s is no log: of %llu lines, taken for %s, %llu are requests; --format says what they are",
			report->requests, (unsigned long long)rehearse->lines,
			report->form,
			(unsigned long long)(rehearse->requests -
					     rehearse->refused));
	err = options->json ? rehearse_json_print(report)
			    : rehearse_report_print(report);
	if (err)
		return err;
	for (i = 0; i < REHEARSE_CLASSES; i++)
		if (options->fails[i] &&
		    (rehearse->count[i] || !rehearse_compared(rehearse)))
			return CMD_FAILED;
	return options->fails[REHEARSE_CLASSES] &&
			       rehearse->unruled[REHEARSE_MISSED].requests
		       ? CMD_FAILED
		       : CMD_OK;
}

/* Returns CMD_OK, CMD_FAILED, or -errno with error_set(). */
static int rehearse_file(const struct options *options,
			 struct rehearse *rehearse,
			 struct rehearse_report *about, const char *path)
{
	struct request_read read;
	int err;

	progress_stage_of("rehearsing", "lines", 0);
	err = request_read_open(&read, path, &options->requests.read);
	if (!err)
		err = rehearse_run(rehearse, &read);
	about->form = read.form ? read.form->name : NULL;
	request_read_close(&read);
	progress_off();
	return err ? err : report(options, about);
}

static int rehearse_do(const struct cmd *cmd, const struct options *options,
		       const char *path)
{
	static char from[MAP_NAMED_ABOUT], to[MAP_NAMED_ABOUT];
	struct rehearse rehearse = {
		.most = options->examples,
	};
	struct rehearse_report about = {
		.rehearse = &rehearse,
		.from = from,
		.to = to,
		.requests = strcmp(path, "-") ? path : "standard input",
		.host = options->requests.read.host,
		.top = options->top,
	};
	struct map *before = NULL, *after = NULL;
	int err;

	progress_on(stderr);
	err = map_named(&before, from, options->from, cmd->state,
			options->partial, stderr);
	if (!err)
		err = map_named(&after, to, options->to, cmd->state,
				options->partial, stderr);
	rehearse.from = before;
	rehearse.to = after;
	if (!err)
		err = rehearse_file(options, &rehearse, &about, path);
	progress_off();
	rehearse_free(&rehearse);
	map_close(before);
	map_close(after);
	return err < 0 ? cmd_fail(cmd) : err;
}

int cmd_rehearse(const struct cmd *cmd, int argc, char **argv)
{
	struct options options = {
		.from = "live",
		.examples = EXAMPLES,
		.top = TOP,
	};
	int code = options_read(&options, cmd, argc, argv);

	if (code)
		return code;
	return cmd_flush(cmd, rehearse_do(cmd, &options, argv[optind]));
}

const struct cmd_about cmd_rehearse_about = {
	.name = "rehearse",
	.run = cmd_rehearse,
	.summary = "what other rules would answer to requests that came",
	.usage = "--to RULES FILE|- [OPTION ...]",
	.text = "Ask two sets of rules for the requests of FILE: URLs one a line, or an access\n"
		"log, plain or gzip. Told is which are lost (only the rules before redirect them\n"
		"or say 410), which are new (only those to come do), and which change (code or\n"
		"Location differ), by rule; and what has no rule, by path: missed are those that\n"
		"the log says were redirected or got 410. RULES are live, a release's number,\n"
		"draft or draft:NAME, else a file that import would take. Nothing is changed.\n",
	.options =
		"  --to RULES          the rules to come\n"
		"  --from RULES        those before; live if not given\n" CMD_REQUESTS_HELP
		"  --partial           of files the rest of what rules can say in part\n"
		"  --fail-if LIST      exit 1 if there are such: lost,changed,new,missed;\n"
		"                      or if no rule answers any of the requests\n"
		"  --examples N        requests shown of each rule; 1 if not given\n"
		"  --top N             rules and paths of each kind, 0 for all; 20 if not given\n"
		"  --json              as a JSON object\n",
	.exits = "0 done; 1 failed, or what --fail-if says; 2 usage",
	.example =
		"detour rehearse --to moves.csv --fail-if lost access.log.gz",
};
