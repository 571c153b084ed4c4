// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "cmd.h"
#include "cmd_export_map.h"
#include "cmd_options.h"
#include "cmd_view.h"
#include "format.h"
#include "format_rules.h"
#include "format_write.h"
#include "formats.h"
#include "progress.h"
#include "release_view.h"

/* Where the rules come from. */
struct export_view {
	struct release_view view;
	int (*fn)(void *arg, const struct rule *rule);
	void *arg;
	uint64_t done;
};

static int view_rule(const struct rule *rule, void *arg)
{
	struct export_view *from = arg;

	progress_at(++from->done);
	return from->fn(from->arg, rule);
}

static int view_each(void *arg, int (*fn)(void *arg, const struct rule *rule),
		     void *to)
{
	struct export_view *from = arg;

	progress_stage("exporting", from->view.rules);
	from->done = 0;
	from->fn = fn;
	from->arg = to;
	return release_view_each(&from->view, NULL, NULL, view_rule, from);
}

static int export_run(const char *state, struct format_write *write,
		      const struct cmd_view *view, bool partial)
{
	struct export_view from;
	int err;

	err = cmd_view_open(&from.view, view, state);
	if (err)
		return err;
	if (!from.view.store)
		fputs("detour export: no release yet\n", stderr);
	if (!isatty(STDOUT_FILENO))
		progress_on(stderr);
	err = format_write(write, view_each, &from, partial);
	progress_off();
	release_view_close(&from.view);
	return err;
}

struct options {
	const struct format *format;
	struct cmd_view view;
	bool map, partial;
};

enum { OPT_FORMAT = CMD_OPTION, OPT_MAP, OPT_PARTIAL };

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct options *options = arg;

	switch (option) {
	case OPT_FORMAT:
		options->format = format_find(optarg);
		if (!options->format || !options->format->writer)
			return cmd_usage(cmd, "--format is one of %s",
					 format_names(true));
		break;
	case OPT_MAP:
		options->map = true;
		break;
	case OPT_PARTIAL:
		options->partial = true;
		break;
	default:
		return cmd_view_take(cmd, option, &options->view);
	}
	return CMD_OK;
}

static int options_read(struct options *options, const struct cmd *cmd,
			int argc, char **argv)
{
	static const struct option longs[] = {
		{"format", required_argument, NULL, OPT_FORMAT},
		CMD_VIEW_LONGS,
		{"map", no_argument, NULL, OPT_MAP},
		{"partial", no_argument, NULL, OPT_PARTIAL},
		{NULL, 0, NULL, 0},
	};
	int code = cmd_options(cmd, argc, argv, longs, option_take, options);

	if (code)
		return code;
	if (argc - optind > options->map)
		return cmd_usage(cmd, "'%s' is too much",
				 argv[optind + options->map]);
	if (options->map && cmd_view_given(&options->view))
		return cmd_usage(
			cmd,
			"--map, or --release or --draft; a map can be named instead");
	if (cmd_view_both(&options->view))
		return cmd_usage(cmd, "--release or --draft, not both");
	return CMD_OK;
}

/* What the format does not carry. */
static void export_report(const struct format_write *write,
			  const struct format *format)
{
	findings_print(stderr, &write->findings, FINDING_DIFFERS, NULL,
		       format->name, FINDINGS_KEPT);
	findings_print(stderr, &write->findings, FINDING_CANNOT, NULL,
		       format->name, FINDINGS_KEPT);
}

int cmd_export(const struct cmd *cmd, int argc, char **argv)
{
	struct options options = {&format_rules, CMD_VIEW_INIT, false, false};
	struct format_write write = {.out = stdout};
	int code = options_read(&options, cmd, argc, argv), err;

	if (code)
		return code;
	write.writer = options.format->writer;
	if (options.map)
		err = cmd_export_map(cmd, argv[optind], &write, options.partial,
				     &code);
	else
		err = export_run(cmd->state, &write, &options.view,
				 options.partial);
	export_report(&write, options.format);
	if (err == -EDOM)
		fputs("nothing was written; --partial writes the others\n",
		      stderr);
	if (err)
		code = err == -EDOM ? CMD_FAILED : cmd_fail(cmd);
	format_write_free(&write);
	return code ? code : cmd_flush(cmd, CMD_OK);
}

const struct cmd_about cmd_export_about = {
	.name = "export",
	.run = cmd_export,
	.summary = "print a release such that it can be imported",
	.usage = "[OPTION ...]\n       detour export --map [MAP] [OPTION ...]",
	.text = "Print the rules of a release such that import --replace makes the same of them.\n"
		"With --map they come from the map file that is live, or from the file MAP, where\n"
		"the store is lost or damaged. A map has no tags, notes and final=.\n",
	.options =
		"  --format NAME       rules if not given\n" CMD_VIEW_HELP
		"  --map               from a map file, without the store\n"
		"  --partial           leave out what the format cannot carry\n",
	.exits =
		"0 done; 1 failed, or a part of the rules cannot be had; 2 usage",
	.example = "detour export --map >rules.txt",
};
