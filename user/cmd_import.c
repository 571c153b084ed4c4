// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "change_warn.h"
#include "cmd.h"
#include "error.h"
#include "import.h"
#include "release.h"
#include "text.h"
#include "view.h"

struct options {
	const char *file;
	const char *format;
	const char *message;
	bool replace;
	bool dry_run;
};

enum { OPT_FORMAT = 256, OPT_REPLACE, OPT_DRY_RUN, OPT_MESSAGE };

static int options_read(struct options *options, const struct cmd *cmd,
			int argc, char **argv)
{
	static const struct option longs[] = {
		{"format", required_argument, NULL, OPT_FORMAT},
		{"replace", no_argument, NULL, OPT_REPLACE},
		{"dry-run", no_argument, NULL, OPT_DRY_RUN},
		{"message", required_argument, NULL, OPT_MESSAGE},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = cmd_option(cmd, argc, argv, longs)) != -1) {
		if (option == OPT_FORMAT)
			options->format = optarg;
		else if (option == OPT_REPLACE)
			options->replace = true;
		else if (option == OPT_DRY_RUN)
			options->dry_run = true;
		else if (option == OPT_MESSAGE)
			options->message = optarg;
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

/* Without a lock: nothing is written. */
static int import_look(struct import *import, const struct options *options,
		       const char *state)
{
	struct view view;
	uint64_t rules;
	int err;

	err = view_open(&view, state, VIEW_LIVE);
	if (err)
		return err;
	err = import_compare(import, view.store, view.base);
	if (!err && !import->errors.total)
		err = import_try(import, view.store, view.base);
	rules = view.rules;
	view_close(&view);
	if (err || import->errors.total)
		return err;
	if (!options->dry_run)
		return 0;
	import_print(stdout, import);
	fputs("dry run: it would be ", stdout);
	text_count(stdout, rules + import->added - import->removed, "rule");
	printf(", %" PRIu64 " added, %" PRIu64 " removed, %" PRIu64
	       " changed\n",
	       import->added, import->removed, import->changed);
	return 0;
}

static int command_text(char **text, const struct options *options)
{
	if (asprintf(text, "import %s%s", options->file,
		     options->replace ? " --replace" : "") >= 0)
		return 0;
	*text = NULL;
	return error_sys(-ENOMEM, "cannot import");
}

static int import_commit(struct import *import, struct release *release,
			 const struct options *options)
{
	struct release_note note = {
		.message = options->message,
		.added = import->added,
		.removed = import->removed,
		.changed = import->changed,
	};
	char *command;
	int err;

	err = command_text(&command, options);
	if (!err)
		err = import_write(import, release);
	note.command = command;
	if (!err)
		err = change_commit(release, &note);
	free(command);
	if (err)
		return err;
	if (import->same)
		printf(", %" PRIu64 " there already", import->same);
	change_end(release);
	return 0;
}

static int import_apply(struct import *import, const struct options *options,
			const char *state)
{
	struct release *release;
	int err;

	err = release_begin(&release, state, import->file.count > 10000);
	if (err)
		return err;
	err = import_compare(import, release_store(release),
			     release_base(release));
	if (err || import->errors.total)
		goto out;
	if (import->added || import->removed || import->changed)
		err = import_commit(import, release, options);
	else
		change_none(release);
out:
	release_free(release);
	return err;
}

/* The rules are live, whatever becomes of the warnings. */
static void import_warn(struct import *import, const char *state)
{
	if (!change_warn_live(&import->warnings, state, &import->file))
		return;
	fputs("detour import: no warnings about loops: ", stderr);
	text_print(stderr, error_text());
	putc('\n', stderr);
}

static int import_run(struct import *import, const struct options *options,
		      const char *state)
{
	int err = import_read(import, options->file, format_of(options));

	if (err)
		return err;
	if (options->dry_run || import->errors.total)
		return import_look(import, options, state);
	err = import_apply(import, options, state);
	if (!err && !import->errors.total)
		import_warn(import, state);
	return err;
}

int cmd_import(const struct cmd *cmd, int argc, char **argv)
{
	struct options options = {0};
	struct import import = {0};
	int code, err;

	code = options_read(&options, cmd, argc, argv);
	if (code)
		return code;
	import.replace = options.replace;
	err = import_run(&import, &options, cmd->state);
	report_print(stderr, &import.warnings, options.file, "warning");
	report_print(stderr, &import.errors, options.file, "error");
	if (err)
		code = cmd_fail(cmd);
	else if (import.errors.total)
		code = CMD_FAILED;
	if (!err && import.errors.total)
		fputs("nothing was changed\n", stderr);
	import_free(&import);
	return cmd_changed(cmd, code);
}
