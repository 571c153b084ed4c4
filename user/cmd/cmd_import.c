// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache_gone.h"
#include "check.h"
#include "checks.h"
#include "cmd.h"
#include "cmd_change.h"
#include "cmd_edit.h"
#include "cmd_guard.h"
#include "cmd_options.h"
#include "cmd_supply.h"
#include "csv/format_csv.h"
#include "error.h"
#include "flatten.h"
#include "format.h"
#include "format_rules.h"
#include "import.h"
#include "import_demote.h"
#include "import_read.h"
#include "import_trial.h"
#include "map_file.h"
#include "progress.h"
#include "text.h"

struct options {
	const char *file;
	struct cmd_supply supply;
	bool replace, update, partial, strict, flatten;
	enum rule_trial trial;
	struct cmd_guard guard;
	bool shows;	  /* --dry-run was given */
	bool format_told; /* which one it was */
	bool reported;	  /* what there is to say of the file was said */
	struct cmd_change_options change;
};

enum {
	OPT_REPLACE = CMD_OPTION,
	OPT_UPDATE,
	OPT_PARTIAL,
	OPT_STRICT,
	OPT_FLATTEN,
	OPT_TRIAL,
};

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct options *options = arg;

	if (option >= CMD_GUARD_ALLOW_EMPTY)
		return cmd_guard_take(cmd, option, &options->guard);
	if (option >= CMD_SUPPLY_FORMAT)
		return cmd_supply_take(cmd, option, &options->supply);
	switch (option) {
	case OPT_PARTIAL:
		options->partial = true;
		break;
	case OPT_FLATTEN:
		options->flatten = true;
		break;
	case OPT_STRICT:
		options->strict = true;
		break;
	case OPT_TRIAL:
		options->trial = rule_trial_find(optarg);
		if (!options->trial)
			return cmd_usage(cmd, "--trial: '%s' is not 307 or 302",
					 optarg);
		break;
	case OPT_REPLACE:
		options->replace = true;
		break;
	case OPT_UPDATE:
		options->update = true;
	}
	return CMD_OK;
}

static int options_read(struct options *options, const struct cmd *cmd,
			int argc, char **argv)
{
	static const struct option longs[] = {
		CMD_CHANGE_LONGS,
		{"dry-run", no_argument, NULL, CMD_CHANGE_DRY_RUN},
		CMD_CHANGE_LONG_DRAFT,
		CMD_SUPPLY_LONGS,
		{"replace", no_argument, NULL, OPT_REPLACE},
		{"update", no_argument, NULL, OPT_UPDATE},
		CMD_GUARD_LONGS,
		{"partial", no_argument, NULL, OPT_PARTIAL},
		{"strict", no_argument, NULL, OPT_STRICT},
		{"flatten", no_argument, NULL, OPT_FLATTEN},
		{"trial", optional_argument, NULL, OPT_TRIAL},
		{NULL, 0, NULL, 0},
	};
	int code = cmd_change_options(&options->change, cmd, argc, argv, longs,
				      option_take, options);

	if (code)
		return code;
	if (options->update && options->replace)
		return cmd_usage(cmd, "--update or --replace, not both");
	if (argc - optind != 1)
		return cmd_usage(cmd,
				 "one FILE is needed, or - for standard input");
	options->file = argv[optind];
	return CMD_OK;
}

/* Only what takes the place of all may take too much away. */
static int removed_check(const struct options *options,
			 const struct import *import, uint64_t rules)
{
	const char *file =
		strcmp(options->file, "-") ? options->file : "standard input";

	if (!options->replace)
		return 0;
	return cmd_guard_check(&options->guard, file, import->edit.rules.count,
			       import->edit.removed, rules);
}

static int command_text(char **text, const struct options *options)
{
	static const char *const trials[] = {
		[RULE_TRIAL_NONE] = "",
		[RULE_TRIAL_307] = " --trial",
		[RULE_TRIAL_302] = " --trial=302",
	};

	if (asprintf(text, "import %s%s%s%s", options->file,
		     options->replace ? " --replace" : "",
		     options->update ? " --update" : "",
		     trials[options->trial]) >= 0)
		return 0;
	*text = NULL;
	return error_sys(-ENOMEM, "cannot import");
}

static int import_commit(struct import *import, const struct options *options,
			 struct cmd_change *change)
{
	char *command;
	int err;

	err = command_text(&command, options);
	if (!err)
		err = cmd_edit_run(&import->edit, change, command);
	free(command);
	if (!err && cmd_change_done(change) && import->edit.same)
		printf(", %" PRIu64 " there already", import->edit.same);
	if (!err && cmd_change_done(change))
		cmd_change_format(change);
	return err;
}

/* Whether nothing may become of the file. */
static bool import_refuses(const struct import *import,
			   const struct options *options)
{
	return import->errors.total ||
	       (options->strict && import->warnings.total) ||
	       (!options->partial &&
		findings_total(&import->read.findings, FINDING_CANNOT));
}

/* The rules are live, whatever becomes of the warnings. */
static void import_warn(struct import *import, const struct cmd *cmd)
{
	struct check check = {
		.set = &import->edit.rules,
		.warnings = &import->warnings,
	};
	int err;

	progress_on(stderr);
	err = checks_run_live(&check, cmd->state);
	progress_off();
	if (!err)
		return;
	fprintf(stderr, "detour %s: not checked: ", cmd->name);
	text_print(stderr, error_text());
	putc('\n', stderr);
}

/* The same before they are live. */
static int import_try(struct import *import, struct cmd_change *change)
{
	struct check check = {
		.set = &import->edit.rules,
		.warnings = &import->warnings,
	};
	struct map *map;
	int err = import_trial(&map, import, change->store, change->rows);

	check.map = map;
	if (!err)
		err = checks_run(&check);
	map_close(map);
	return err;
}

/* A dry run that was asked for shows the rules of what it refuses, too. */
static int import_apply(struct import *import, const struct options *options,
			struct cmd_change *change)
{
	bool dry_run = options->change.dry_run;
	uint64_t rules = change->rules;
	int err;

	err = import_compare(import, change->store, change->rows);
	if (err || import->errors.total)
		return err;
	if (!dry_run)
		err = removed_check(options, import, rules);
	if (!err && (dry_run || options->strict || options->change.draft))
		err = import_try(import, change);
	if (!err && !options->shows && import_refuses(import, options))
		return 0;
	import->edit.whole = options->replace || !rules;
	if (!err)
		err = import_commit(import, options, change);
	if (!err && dry_run)
		err = removed_check(options, import, rules);
	return err;
}

/* Have the file's rules lead to the ends of their own chains. */
static int import_flatten(struct import *import, const struct options *options)
{
	struct map *map = NULL;
	int err;

	if (import_refuses(import, options))
		return 0;
	err = import_trial(&map, import, NULL, 0);
	if (!err)
		err = flatten(&import->edit.rules, map, &import->warnings);
	map_close(map);
	return err;
}

static void import_report(const struct import *import,
			  const struct options *options, const struct cmd *cmd);

/* What is said of the file stands before the reason why nothing becomes of it:
 * that is read last. */
static void report_first(const struct import *import, struct options *options,
			 const struct cmd *cmd)
{
	char reason[ERROR_TEXT];

	error_save(reason);
	progress_off();
	import_report(import, options, cmd);
	error_restore(reason);
	options->reported = true;
}

/* What is wrong with the lines is said without the lock, and with it what they
 * are for the rules that are live. */
static int import_run(struct import *import, struct options *options,
		      const struct cmd *cmd)
{
	struct cmd_change change;
	int err, code;

	import->trial = options->trial;
	import->read.format = options->supply.format;
	import->read.options = options->supply.read;
	progress_on(stderr);
	err = import_read(import, options->file);
	if (!err && options->flatten)
		err = import_flatten(import, options);
	if (!err && options->trial)
		err = import_demote(import);
	if (err) {
		report_first(import, options, cmd);
		return cmd_fail(cmd);
	}
	options->shows = options->change.dry_run;
	options->change.dry_run |= import_refuses(import, options);
	err = cmd_change_begin(&change, cmd, &options->change,
			       import->edit.rules.count > 10000);
	change.format = import->read.format->name;
	change.trials_told = options->trial;
	if (options->trial)
		change.trials = import_trials(import);
	if (!err)
		err = import_apply(import, options, &change);
	if (err)
		report_first(import, options, cmd);
	code = cmd_change_end(&change, err);
	if (!err)
		cache_gone_edit(&change, &import->edit);
	options->format_told = change.format_told;
	if (change.made && !options->strict)
		import_warn(import, cmd);
	return !code && import_refuses(import, options) ? CMD_FAILED : code;
}

/* Which format it was, and what rules do not say of it. */
static void format_report(const struct import *import,
			  const struct options *options)
{
	static const enum finding_class classes[] = {
		FINDING_LEFT_OUT, FINDING_DIFFERS, FINDING_CANNOT};
	const struct format_read *read = &import->read;
	size_t i;

	for (i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		findings_print(stderr, &read->findings, classes[i],
			       &read->places, options->file, FINDINGS_KEPT);
	if (!options->partial &&
	    findings_total(&read->findings, FINDING_CANNOT))
		fputs("--partial imports the others\n", stderr);
}

static void import_report(const struct import *import,
			  const struct options *options, const struct cmd *cmd)
{
	format_report(import, options);
	warnings_print(stderr, &import->warnings, options->file);
	line_errors_print(stderr, &import->errors, options->file, "error");
	if (import_refuses(import, options))
		fputs("nothing was changed\n", stderr);
	/* of detour's own two, what is wrong with each line is enough */
	if (import->read.format && !options->format_told &&
	    import->read.format != &format_rules &&
	    import->read.format != &format_csv) {
		text_print(stderr, options->file);
		fprintf(stderr, ": format %s\n", import->read.format->name);
	}
	if (!import->lost || import_refuses(import, options))
		return;
	fprintf(stderr, "detour %s: ", cmd->name);
	text_count(stderr, import->lost, "rule");
	fputs(" with a key that ", stderr);
	text_print(stderr, options->file);
	fputs(" has no column for: --replace takes it away\n", stderr);
}

int cmd_import(const struct cmd *cmd, int argc, char **argv)
{
	struct options options = {
		.guard = CMD_GUARD_INIT,
		.change = CMD_CHANGE_OPTIONS_INIT,
	};
	struct import import = {0};
	int code;

	code = options_read(&options, cmd, argc, argv);
	if (code)
		return code;
	if (options.replace)
		import.mode = IMPORT_REPLACE;
	else if (options.update)
		import.mode = IMPORT_UPDATE;
	code = import_run(&import, &options, cmd);
	if (!options.reported)
		import_report(&import, &options, cmd);
	import_free(&import);
	return code;
}

const struct cmd_about cmd_import_about = {
	.name = "import",
	.run = cmd_import,
	.summary = "add the rules of a file, all of them or none",
	.usage = "FILE|- [OPTION ...]",
	.text = "Add the rules of a file, plain or .gz, or of standard input, all of them or\n"
		"none.\n",
	.options = CMD_SUPPLY_HELP
	"  --partial           import the rest of what rules can say in part\n"
	"  --flatten           lead to the ends of the file's own chains\n"
	"  --trial[=302]       permanent codes as 307, or 302, with final=\n"
	"  --strict            refuse the file where it is warned of\n"
	"  --replace           make the file the whole rule set\n"
	"  --update            replace the rules of the same sources\n"
	"  --allow-empty       with --replace: though the file has no rules\n"
	"  --large             with --replace: though more than half would go\n"
	"  --max-removed N     with --replace: refuse if more than N would go\n" CMD_CHANGE_HELP_DRY_RUN
		CMD_CHANGE_HELP_DRAFT CMD_CHANGE_HELP,
	.once = "base code columns draft format note tag trial",
	.exits = CMD_EXITS_CHANGE,
	.example = "detour import moves.csv.gz --replace --dry-run",
};
