// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "cmd.h"
#include "error.h"
#include "release.h"
#include "rule.h"
#include "ruleset.h"
#include "store.h"

/* Find a live rule and put it among those that go. */
static int rule_find(struct ruleset *gone, const struct change *change,
		     const char *text)
{
	char source[sizeof(((struct rule_buffer *)0)->source)];
	struct store_scan *scan;
	struct rule_error error;
	struct rule rule;
	int err;

	if (rule_source(source, text, strlen(text), &error) < 0)
		return error_set(-EINVAL, "%s: %s: %s", text, error.field,
				 error.reason);
	err = store_scan_source(&scan, change->store, change->base, source);
	if (err)
		return err;
	err = store_scan_next(scan, &rule);
	if (!err)
		err = error_set(-ENOENT, "there is no rule %s", source);
	if (err > 0)
		err = ruleset_add(gone, &rule, 0);
	store_scan_close(scan);
	return err;
}

/* A source that was given twice is removed once. */
static int rules_remove(struct ruleset *gone, struct release *release,
			uint64_t *removed)
{
	int err = ruleset_sort(gone);
	size_t i;

	if (!err)
		err = release_write(release);
	for (i = 0; i < gone->count && !err; i++) {
		const char *source = gone->entries[i].source;

		if (i && !strcmp(source, gone->entries[i - 1].source))
			continue;
		err = store_rule_remove(release_store(release),
					release_number(release), source);
		++*removed;
	}
	return err;
}

static int command_text(char **text, const struct ruleset *gone,
			uint64_t removed)
{
	const char *first = gone->entries[0].source;
	int len;

	if (removed > 1)
		len = asprintf(text, "del %s and %llu more", first,
			       (unsigned long long)removed - 1);
	else
		len = asprintf(text, "del %s", first);
	return len < 0 ? error_sys(-ENOMEM, "cannot remove rules") : 0;
}

static int del_commit(struct ruleset *gone, struct change *change)
{
	struct release_note note = {0};
	char *command = NULL;
	int err;

	err = rules_remove(gone, change->release, &note.removed);
	if (!err)
		err = command_text(&command, gone, note.removed);
	if (err)
		return err;
	note.command = command;
	err = change_commit(change, &note);
	free(command);
	return err;
}

static int del_run(const struct cmd *cmd, char **sources,
		   const struct change_options *options)
{
	struct ruleset gone = {0};
	struct change change;
	int err;

	err = change_begin(&change, cmd, options, false);
	for (; *sources && !err; sources++)
		err = rule_find(&gone, &change, *sources);
	if (!err)
		err = del_commit(&gone, &change);
	ruleset_free(&gone);
	return change_end(&change, err);
}

int cmd_del(const struct cmd *cmd, int argc, char **argv)
{
	static const struct option longs[] = {
		CHANGE_LONGS,
		{NULL, 0, NULL, 0},
	};
	struct change_options options = CHANGE_OPTIONS_INIT;

	if (change_option(&options, cmd, argc, argv, longs) != -1)
		return CMD_USAGE;
	if (optind == argc)
		return cmd_usage(cmd, "a SOURCE is needed");
	return del_run(cmd, argv + optind, &options);
}

const struct cmd_about cmd_del_about = {
	.name = "del",
	.alias = "rm",
	.run = cmd_del,
	.summary = "remove rules",
	.usage = "SOURCE ... [OPTION ...]",
	.text = "Remove rules, all that are named or none.\n",
	.options = CHANGE_HELP,
	.exits = CMD_EXITS_CHANGE,
	.example = "detour del old.example/about 'old.example/blog/*'",
};
