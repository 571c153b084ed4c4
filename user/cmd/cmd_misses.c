// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "cmd_options.h"
#include "error.h"
#include "misses_report.h"
#include "misses_rules.h"
#include "misses_view.h"
#include "rule_error.h"

enum { MISSES_TOP = 20 /* of each kind, where nobody says so */ };

enum {
	OPT_TOP = CMD_OPTION,
	OPT_KNOWN,
	OPT_UNKNOWN,
	OPT_JSON,
	OPT_AS_RULES,
	OPT_TARGET,
	OPT_CODE,
};

struct options {
	unsigned long long top;
	bool known, unknown, json, as_rules;
	struct misses_rules rules;
};

struct misses {
	const struct cmd *cmd;
	struct options *options;
	bool partial; /* something could not be read, as was said */
};

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct options *options = arg;

	switch (option) {
	case OPT_TOP:
		if (cmd_number(optarg, 0, 1000000, &options->top))
			return cmd_usage(cmd,
					 "'%s' is no number from 0 to 1000000",
					 optarg);
		break;
	case OPT_KNOWN:
		options->known = true;
		break;
	case OPT_UNKNOWN:
		options->unknown = true;
		break;
	case OPT_JSON:
		options->json = true;
		break;
	case OPT_AS_RULES:
		options->as_rules = true;
		break;
	case OPT_TARGET:
		options->rules.target = optarg;
		break;
	case OPT_CODE:
		options->rules.code = optarg;
	}
	return CMD_OK;
}

static int options_check(const struct cmd *cmd, struct options *options)
{
	const struct misses_rules *rules = &options->rules;
	struct rule_error error;

	if (options->json && options->as_rules)
		return cmd_usage(cmd, "--json or --as-rules, not both");
	if ((rules->target || rules->code) && !options->as_rules)
		return cmd_usage(cmd, "--target and --code need --as-rules");
	if (rules->target && !rules->code)
		return cmd_usage(cmd, "--target needs --code");
	if (rules->code && misses_rules_check(rules, &error))
		return cmd_usage_rule(cmd, &error);
	/* Rules are for hosts that have some, unless others are asked for. */
	if (!options->known && !options->unknown) {
		options->known = true;
		options->unknown = !options->as_rules;
	}
	return CMD_OK;
}

static int options_read(struct options *options, const struct cmd *cmd,
			int argc, char **argv)
{
	static const struct option longs[] = {
		{"top", required_argument, NULL, OPT_TOP},
		{"known", no_argument, NULL, OPT_KNOWN},
		{"unknown", no_argument, NULL, OPT_UNKNOWN},
		{"json", no_argument, NULL, OPT_JSON},
		{"as-rules", no_argument, NULL, OPT_AS_RULES},
		{"target", required_argument, NULL, OPT_TARGET},
		{"code", required_argument, NULL, OPT_CODE},
		{NULL, 0, NULL, 0},
	};
	int code = cmd_options(cmd, argc, argv, longs, option_take, options);

	if (code)
		return code;
	if (optind < argc)
		return cmd_usage(cmd, "unexpected '%s'", argv[optind]);
	return options_check(cmd, options);
}

/* The top of those of hosts that have rules, or of the others. Returns how many
 * there are beyond. */
static size_t rules_of(struct options *options, const struct misses_lines *urls,
		       bool known)
{
	size_t at = known ? 0 : urls->known;
	size_t all = known ? urls->known : urls->count, end = all;

	if (options->top && end - at > options->top)
		end = at + options->top;
	for (; at < end; at++)
		misses_rules_print(&options->rules, &urls->line[at]);
	return all - end;
}

static void rules_print(struct options *options, const struct misses_view *view)
{
	const struct misses_lines *urls = &view->urls;
	size_t others = urls->count - urls->known, more = 0;

	misses_rules_begin();
	if (options->known)
		more += rules_of(options, urls, true);
	if (options->unknown)
		more += rules_of(options, urls, false);
	if (more)
		fprintf(stderr, "%zu more; --top 0 has all\n", more);
	if (options->rules.odd)
		fprintf(stderr,
			"%" PRIu64
			" left out: no source of a rule says just that\n",
			options->rules.odd);
	if (others && !options->unknown)
		fprintf(stderr,
			"%zu URL%s of hosts without rules left out; --unknown has them\n",
			others, others == 1 ? "" : "s");
}

/* What is not counted, or not for this user's eyes, is as it was meant. */
static void part_failed(int err, void *arg)
{
	struct misses *misses = arg;

	misses->partial |= err != -EPERM && err != -EOPNOTSUPP;
	cmd_fail(misses->cmd);
}

static int misses_run(struct misses *misses)
{
	struct options *options = misses->options;
	struct misses_view view;
	struct misses_report report = {
		.view = &view,
		.top = options->top,
		.known = options->known,
		.unknown = options->unknown,
	};
	int err = misses_view_open(&view, misses->cmd->state, stderr,
				   part_failed, misses);

	if (err)
		return err;
	if (options->as_rules)
		rules_print(options, &view);
	else if (options->json)
		err = misses_report_json(&report);
	else
		misses_report_print(&report);
	misses_view_close(&view);
	return err;
}

int cmd_misses(const struct cmd *cmd, int argc, char **argv)
{
	struct options options = {.top = MISSES_TOP};
	struct misses misses = {.cmd = cmd, .options = &options};
	int code = options_read(&options, cmd, argc, argv);

	if (code)
		return code;
	if (misses_run(&misses))
		return cmd_fail(cmd);
	return cmd_flush(cmd, misses.partial ? CMD_FAILED : CMD_OK);
}

const struct cmd_about cmd_misses_about = {
	.name = "misses",
	.run = cmd_misses,
	.summary = "what is asked for and no rule matches",
	.usage = "[OPTION ...]",
	.text = "Print the hosts and URLs that visitors ask for most often among those that no\n"
		"rule matches, the ones of hosts with rules apart from the rest. Each was asked\n"
		"for so many times at least, and at most +N times more.\n",
	.options =
		"  --top N             of each kind, 0 for all that are kept; 20 if not given\n"
		"  --known             only of hosts that rules have by name or by *.name\n"
		"  --unknown           only of the others\n"
		"  --json              as a JSON object\n"
		"  --as-rules          the URLs of hosts with rules as CSV that import takes\n"
		"  --target URL        for --as-rules; an empty column if not given\n"
		"  --code C            likewise\n",
	.exits = "0 done, 1 failed or a server could not be asked, 2 usage",
	.example =
		"detour misses --as-rules --target https://new.example/ --code 302",
};
