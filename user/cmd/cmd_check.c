// SPDX-License-Identifier: BSD-2-Clause
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "checks.h"
#include "cmd.h"
#include "cmd_check_json.h"
#include "cmd_options.h"
#include "cmd_supply.h"
#include "cmd_view.h"
#include "desk_view.h"
#include "flatten.h"
#include "format.h"
#include "import.h"
#include "import_read.h"
#include "import_trial.h"
#include "map_file.h"
#include "progress.h"
#include "release_view.h"
#include "rule.h"
#include "rule_line.h"
#include "text.h"

struct options {
	const char *file; /* NULL: a release */
	struct cmd_supply supply;
	struct cmd_view view;
	bool json, strict, flatten, partial;
};

enum { OPT_JSON = CMD_OPTION, OPT_STRICT, OPT_FLATTEN, OPT_PARTIAL };

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct options *options = arg;

	if (option >= CMD_VIEW_RELEASE)
		return cmd_view_take(cmd, option, &options->view);
	if (option >= CMD_SUPPLY_FORMAT)
		return cmd_supply_take(cmd, option, &options->supply);
	if (option == OPT_JSON)
		options->json = true;
	else if (option == OPT_PARTIAL)
		options->partial = true;
	else if (option == OPT_STRICT)
		options->strict = true;
	else
		options->flatten = true;
	return CMD_OK;
}

static int options_read(struct options *options, const struct cmd *cmd,
			int argc, char **argv)
{
	static const struct option longs[] = {
		CMD_SUPPLY_LONGS,
		CMD_VIEW_LONGS,
		{"json", no_argument, NULL, OPT_JSON},
		{"strict", no_argument, NULL, OPT_STRICT},
		{"flatten", no_argument, NULL, OPT_FLATTEN},
		{"partial", no_argument, NULL, OPT_PARTIAL},
		{NULL, 0, NULL, 0},
	};
	int code = cmd_options(cmd, argc, argv, longs, option_take, options);

	if (code)
		return code;
	if (argc - optind > 1)
		return cmd_usage(cmd, "'%s' is too much", argv[optind + 1]);
	options->file = argv[optind];
	if (options->file && cmd_view_given(&options->view))
		return cmd_usage(cmd, "FILE, or --release or --draft");
	if (cmd_view_both(&options->view))
		return cmd_usage(cmd, "--release or --draft, not both");
	if (options->flatten && options->json)
		return cmd_usage(cmd, "--flatten prints rules, not JSON");
	return CMD_OK;
}

/* Read the file as a rule set of its own, with what import refuses. */
static int file_read(struct import *import, const struct options *options,
		     struct map **map)
{
	int err;

	import->mode = IMPORT_REPLACE;
	import->read.format = options->supply.format;
	import->read.options = options->supply.read;
	err = import_read(import, options->file);
	if (!err)
		err = import_compare(import, NULL, 0);
	if (!err)
		err = import_trial(map, import, NULL, 0);
	return err;
}

static int view_read(struct import *import, const struct options *options,
		     const struct cmd *cmd, struct map **map)
{
	struct release_view view;
	int err = cmd_view_open(&view, &options->view, cmd->state);

	if (err)
		return err;
	err = desk_view(&import->edit.rules, map, &view);
	release_view_close(&view);
	return err;
}

/* Whether import would refuse the file. */
static bool refused(const struct import *import, const struct options *options)
{
	return import->errors.total ||
	       (!options->partial &&
		findings_total(&import->read.findings, FINDING_CANNOT));
}

static int check_run(struct import *import, const struct options *options,
		     const struct cmd *cmd)
{
	struct map *map = NULL;
	struct check check = {
		.set = &import->edit.rules,
		.warnings = &import->warnings,
	};
	int err;

	if (!options->json || !isatty(STDOUT_FILENO))
		progress_on(stderr);
	if (options->file)
		err = file_read(import, options, &map);
	else
		err = view_read(import, options, cmd, &map);
	check.map = map;
	if (!err && !options->flatten)
		err = checks_run(&check);
	else if (!err && !refused(import, options))
		err = flatten(&import->edit.rules, map, &import->warnings);
	progress_off();
	map_close(map);
	return err;
}

static const enum finding_class classes[] = {FINDING_LEFT_OUT, FINDING_DIFFERS,
					     FINDING_CANNOT};
enum { CLASSES = sizeof(classes) / sizeof(*classes) };

/* Print the rules as they are flattened; what is said of them goes elsewhere. */
static void rules_print(const struct ruleset *set)
{
	struct rule rule;
	size_t i;

	for (i = 0; i < set->count; i++) {
		ruleset_get(&set->entries[i], &rule);
		rule_print(stdout, &rule);
	}
}

static void report_print(FILE *out, const struct import *import,
			 const char *name)
{
	const struct format_read *read = &import->read;
	size_t i;

	for (i = 0; i < CLASSES; i++)
		findings_print(out, &read->findings, classes[i], &read->places,
			       name, FINDINGS_KEPT);
	warnings_print(out, &import->warnings, name);
	line_errors_print(out, &import->errors, name, "error");
}

/* Which rules were looked at, where something is to be said of them. */
static void name_fill(char *name, size_t size, const struct options *options)
{
	char text[CMD_VIEW_TEXT];

	snprintf(name, size, "%s",
		 options->file ? options->file
			       : cmd_view_text(text, &options->view));
}

static int check_report(struct import *import, const struct options *options,
			struct cmd_check_json *json)
{
	bool bad = refused(import, options);
	char name[4200];

	name_fill(name, sizeof(name), options);
	if (options->json)
		cmd_check_json_end(json, import);
	else
		report_print(options->flatten ? stderr : stdout, import, name);
	if (options->flatten && !bad)
		rules_print(&import->edit.rules);
	if (options->file) {
		text_count(stderr, import->edit.rules.count, "rule");
		fprintf(stderr, "; format %s%s\n", import->read.format->name,
			bad && !import->errors.total
				? "; import --partial takes these alone"
				: "");
	}
	return bad || (options->strict && import->warnings.total) ? CMD_FAILED
								  : CMD_OK;
}

int cmd_check(const struct cmd *cmd, int argc, char **argv)
{
	struct options options = {.view = CMD_VIEW_INIT};
	struct cmd_check_json json = {.list = {.out = stdout}};
	struct import import = {0};
	int code = options_read(&options, cmd, argc, argv);

	if (code)
		return code;
	if (options.json)
		cmd_check_json_begin(&json, &import, options.file);
	import.warnings.places = &import.read.places;
	if (check_run(&import, &options, cmd))
		code = cmd_fail(cmd);
	else
		code = check_report(&import, &options, &json);
	import_free(&import);
	return cmd_flush(cmd, code);
}

const struct cmd_about cmd_check_about = {
	.name = "check",
	.run = cmd_check,
	.summary = "what is wrong with rules, of a file or live",
	.usage = "[FILE|-] [OPTION ...]",
	.text = "Tell what import would refuse of a file that is a rule set of its own, and what\n"
		"it would warn of: loops, chains, rules that never win and the like. Without FILE\n"
		"it is of the rules that are live. Nothing is changed.\n",
	.options = CMD_VIEW_HELP
	"  --partial           as import --partial: exit 0 though a part is left out\n"
	"  --json              as a JSON array, an object for each\n"
	"  --strict            exit 1 also for warnings\n"
	"  --flatten           print the rules, leading to the ends of chains\n" CMD_SUPPLY_HELP,
	.once = "base code columns draft format note release tag",
	.exits =
		"0 done, 1 failed, an error, or with --strict a warning; 2 usage",
	.example = "detour check moves.csv --strict",
};
