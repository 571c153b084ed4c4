// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "cmd.h"
#include "error.h"
#include "import.h"
#include "release.h"
#include "text.h"

struct options {
	const char *file;
	const char *format;
	bool replace;
	struct change_options change;
};

enum { OPT_FORMAT = 256, OPT_REPLACE };

static int options_read(struct options *options, const struct cmd *cmd,
			int argc, char **argv)
{
	static const struct option longs[] = {
		CHANGE_LONGS,
		{"dry-run", no_argument, NULL, CHANGE_DRY_RUN},
		{"format", required_argument, NULL, OPT_FORMAT},
		{"replace", no_argument, NULL, OPT_REPLACE},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = change_option(&options->change, cmd, argc, argv,
				       longs)) != -1) {
		if (option == OPT_FORMAT)
			options->format = optarg;
		else if (option == OPT_REPLACE)
			options->replace = true;
		else
			return CMD_USAGE;
	}
	if (argc - optind != 1)
		return cmd_usage(cmd,
				 "one FILE is needed, or - for standard input");
	if (options->format && strcmp(options->format, "rules") &&
	    strcmp(options->format, "csv"))
		return cmd_usage(cmd, "--format is rules or csv");
	options->file = argv[optind];
	return CMD_OK;
}

static enum reader_format format_of(const struct options *options)
{
	if (!options->format)
		return reader_format_of(options->file);
	return strcmp(options->format, "csv") ? READER_RULES : READER_CSV;
}

static void import_look(const struct import *import,
			const struct change *change)
{
	import_print(stdout, import);
	fputs("dry run: it would be ", stdout);
	text_count(stdout, change->rules + import->added - import->removed,
		   "rule");
	printf(", %" PRIu64 " added, %" PRIu64 " removed, %" PRIu64
	       " changed\n",
	       import->added, import->removed, import->changed);
}

static int command_text(char **text, const struct options *options)
{
	if (asprintf(text, "import %s%s", options->file,
		     options->replace ? " --replace" : "") >= 0)
		return 0;
	*text = NULL;
	return error_sys(-ENOMEM, "cannot import");
}

static int import_commit(struct import *import, struct change *change,
			 const struct options *options)
{
	struct release_note note = {
		.added = import->added,
		.removed = import->removed,
		.changed = import->changed,
	};
	char *command;
	int err;

	err = command_text(&command, options);
	if (!err)
		err = import_write(import, change->release);
	note.command = command;
	if (!err)
		err = change_commit(change, &note);
	free(command);
	if (!err && import->same)
		printf(", %" PRIu64 " there already", import->same);
	return err;
}

static int import_apply(struct import *import, const struct options *options,
			struct change *change)
{
	int err;

	err = import_compare(import, change->store, change->base);
	if (err || import->errors.total)
		return err;
	if (options->change.dry_run)
		import_look(import, change);
	else if (import->added || import->removed || import->changed)
		err = import_commit(import, change, options);
	else
		change_none(change);
	return err;
}

/* What is wrong with the lines is said before the lock is taken, and with what
 * is live. */
static int import_run(struct import *import, struct options *options,
		      const struct cmd *cmd)
{
	struct change change;
	int err, code;

	err = import_read(import, options->file, format_of(options));
	if (err)
		return cmd_fail(cmd);
	options->change.dry_run |= import->errors.total;
	err = change_begin(&change, cmd, &options->change,
			   import->file.count > 10000);
	if (!err)
		err = import_apply(import, options, &change);
	code = change_end(&change, err);
	return !code && import->errors.total ? CMD_FAILED : code;
}

int cmd_import(const struct cmd *cmd, int argc, char **argv)
{
	struct options options = {.change = CHANGE_OPTIONS_INIT};
	struct import import = {0};
	int code;

	code = options_read(&options, cmd, argc, argv);
	if (code)
		return code;
	import.replace = options.replace;
	code = import_run(&import, &options, cmd);
	report_print(stderr, &import.warnings, options.file, "warning");
	report_print(stderr, &import.errors, options.file, "error");
	if (import.errors.total)
		fputs("nothing was changed\n", stderr);
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
	.options =
		"  --format rules|csv  of the file; by its name if not given\n"
		"  --replace           make the file the whole rule set\n"
		"  --dry-run           print what would change, change nothing\n" CHANGE_HELP,
	.exits = CMD_EXITS_CHANGE,
	.example = "detour import moves.csv.gz --replace --dry-run",
};
