// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "answer_leave.h"
#include "cmd.h"
#include "cmd_options.h"
#include "error.h"
#include "state.h"
#include "tap_host.h"
#include "tap_run.h"

enum { SAMPLE_MAX = 1000000000 };

enum {
	OPT_HOST = CMD_OPTION,
	OPT_CODE,
	OPT_MISSES,
	OPT_SAMPLE,
	OPT_COUNT,
	OPT_JSON,
	OPT_PCAP,
	OPT_LEAVE_OUT,
};

static int number_take(const struct cmd *cmd, const char *name,
		       unsigned long long min, unsigned long long max,
		       uint64_t *number)
{
	unsigned long long value;

	if (cmd_number(optarg, min, max, &value))
		return cmd_usage(cmd, "--%s is a number from %llu to %llu",
				 name, min, max);
	*number = value;
	return CMD_OK;
}

static int leave_out_take(struct tap_options *options)
{
	unsigned int leave = 0;
	int err = answer_leave_parse(&leave, optarg);

	options->without.query = leave & ANSWER_LEAVE_QUERY;
	options->without.address = leave & ANSWER_LEAVE_ADDRESS;
	return err;
}

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct tap_options *options = arg;

	switch (option) {
	case OPT_HOST:
		return tap_host_read(&options->host, optarg);
	case OPT_CODE:
		return number_take(cmd, "code", 100, 999, &options->code);
	case OPT_SAMPLE:
		return number_take(cmd, "sample", 1, SAMPLE_MAX,
				   &options->sample);
	case OPT_COUNT:
		return number_take(cmd, "count", 1, UINT32_MAX,
				   &options->count);
	case OPT_LEAVE_OUT:
		return leave_out_take(options);
	case OPT_PCAP:
		options->pcap = optarg;
		return CMD_OK;
	case OPT_MISSES:
		options->misses = true;
		return CMD_OK;
	}
	options->json = true;
	return CMD_OK;
}

static int options_read(struct tap_options *options, const struct cmd *cmd,
			int argc, char **argv)
{
	static const struct option longs[] = {
		{"host", required_argument, NULL, OPT_HOST},
		{"code", required_argument, NULL, OPT_CODE},
		{"misses", no_argument, NULL, OPT_MISSES},
		{"sample", required_argument, NULL, OPT_SAMPLE},
		{"count", required_argument, NULL, OPT_COUNT},
		{"json", no_argument, NULL, OPT_JSON},
		{"pcap", required_argument, NULL, OPT_PCAP},
		{"leave-out", required_argument, NULL, OPT_LEAVE_OUT},
		{NULL, 0, NULL, 0},
	};
	int code = cmd_options(cmd, argc, argv, longs, option_take, options);

	if (code)
		return code;
	if (optind < argc)
		return cmd_usage(cmd, "'%s' is too much", argv[optind]);
	if (options->pcap && options->json)
		return cmd_usage(cmd, "--json and --pcap are one or the other");
	if (options->pcap && options->misses)
		return cmd_usage(
			cmd,
			"a capture has answers of the fast path, and --misses are none");
	if (options->pcap &&
	    (options->without.query || options->without.address))
		return cmd_usage(
			cmd,
			"a capture has whole packets, so that --leave-out can leave nothing out of it");
	if (options->pcap && !strcmp(options->pcap, "-") &&
	    isatty(STDOUT_FILENO))
		return cmd_usage(
			cmd, "a capture is not for a terminal: give a file");
	return CMD_OK;
}

int cmd_tap(const struct cmd *cmd, int argc, char **argv)
{
	struct tap_options options = {.sample = 1};
	int code = options_read(&options, cmd, argc, argv), err;

	if (code)
		return code;
	err = state_find(cmd->state);
	if (!err)
		err = tap_run(cmd, &options);
	return cmd_flush(cmd, err ? cmd_fail(cmd) : CMD_OK);
}

const struct cmd_about cmd_tap_about = {
	.name = "tap",
	.run = cmd_tap,
	.summary = "what is answered, as it is answered",
	.usage = "[OPTION ...]",
	.text = "Show what the fast path and the servers answer, from now on and until it is\n"
		"interrupted: a line each with the time, who answered (fast or serve), the\n"
		"interface, the client, the method, host with path and query, the code, Location,\n"
		"the rule's source, and the release; - for what there is not. No answer waits for\n"
		"it: what it is too slow for is lost, and how much is said at the end.\n",
	.options =
		"  --host HOST         those for a host; .name: and the names below it\n"
		"  --code CODE         those with this code\n"
		"  --misses            those that no rule matches\n"
		"  --sample N          one in N of these, at random\n"
		"  --count N           end after so many\n"
		"  --json              JSON, an object a line\n"
		"  --pcap FILE         the packets of the fast path's answers, as tcpdump and\n"
		"                      wireshark read them; - for standard output\n"
		"  --leave-out LIST    neither query nor address is shown: query,address\n",
	.exits = "0 done, 1 failed, 2 usage",
	.example = "detour tap --host .old.example --misses",
};
