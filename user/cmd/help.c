// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>

#include "cmd.h"
#include "command.h"
#include "help.h"
#include "map.h"
#include "rule_code.h"

#ifndef DETOUR_VERSION
#define DETOUR_VERSION "unknown"
#endif

#ifndef DETOUR_COMMIT
#define DETOUR_COMMIT "unknown"
#endif

static const char *const usage = "Usage: detour [--state DIR] COMMAND ...\n"
				 "       detour help COMMAND\n";

static const char *const common =
	"\n"
	"  -h, --help     this text, or that of a command\n"
	"  -V, --version  the version\n"
	"\n"
	"A rule is SOURCE TARGET CODE [KEY=VALUE ...]:\n"
	"  SOURCE  HOST[PATH][?QUERY]; HOST may be *.name, .name or *; a final *\n"
	"          of PATH makes it a prefix, {name} and {name:digits} a pattern;\n"
	"          a final &* of QUERY a set of pairs; no PATH means /*\n"
	"  TARGET  an absolute URL, sent as written; a final * of path or query\n"
	"          takes what the source's * stood for, and so does the host's\n"
	"          in https://*.name; {name} what that stood for; - for 410, 200\n"
	"          and pass\n"
	"  CODE    " RULE_CODES "\n"
	"  KEYS    scheme=http|https  case=ignore  first=yes  query=keep|drop\n"
	"          max-age=SECONDS  tag=NAME  note=TEXT  final=CODE[:SECONDS]\n"
	"          header='NAME: VALUE'\n"
	"\n"
	"The state directory is --state, DETOUR_STATE, /var/lib/detour for root,\n"
	"or $XDG_STATE_HOME/detour or ~/.local/state/detour for others.\n"
	"Exit codes: 0 done, 1 failed, 2 usage, 3 live, but not yet everywhere.\n"
	"More: detour(8), detour-web(8), detour-rules(5), detour-codes(7), detour-formats(7), detour-https(7), detour-fastpath(7), detour-counters(7)\n";

/* The end of what help and version print: a full disk is a failure, too. */
static int output_end(const char *name)
{
	const struct cmd cmd = {.name = name};

	return cmd_flush(&cmd, CMD_OK);
}

int help_print(void)
{
	const struct command_group *group;
	const struct cmd_about *const *about;

	fputs(usage, stdout);
	for (group = command_groups; group->title; group++) {
		printf("\n%s:\n", group->title);
		for (about = group->commands; *about; about++)
			printf("  %-9s %s\n", (*about)->name,
			       (*about)->summary);
	}
	fputs(common, stdout);
	return output_end("help");
}

int help_command(const struct cmd_about *about)
{
	printf("Usage: detour %s %s\n", about->name, about->usage);
	if (about->alias)
		printf("       (%s is the same)\n", about->alias);
	printf("\n%s\n", about->text);
	fputs("Options:\n", stdout);
	fputs(about->options, stdout);
	fputs("  --state DIR         the state directory\n"
	      "  -h, --help          this text\n",
	      stdout);
	printf("\nExit codes: %s.\n", about->exits);
	if (about->example)
		printf("\nExample:\n  %s\n", about->example);
	return output_end("help");
}

int help_version(void)
{
	printf("detour %s, map layout %d, commit %s\n", DETOUR_VERSION,
	       MAP_VERSION, DETOUR_COMMIT);
	return output_end("version");
}

const char *help_commit(void)
{
	return DETOUR_COMMIT;
}
