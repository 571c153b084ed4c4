// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "command.h"
#include "help.h"
#include "hits_leave.h"
#include "state.h"
#include "suggest.h"
#include "text.h"

/* Take --state out of the arguments, before or behind the command's name. */
static const char *take_state(int *argc, char **argv)
{
	const char *state = NULL;
	int in, out = 1;

	for (in = 1; in < *argc; in++) {
		if (!strcmp(argv[in], "--"))
			break;
		if (!strncmp(argv[in], "--state=", 8))
			state = argv[in] + 8;
		else if (!strcmp(argv[in], "--state"))
			state = in + 1 < *argc ? argv[++in] : "";
		else
			argv[out++] = argv[in];
	}
	while (in < *argc)
		argv[out++] = argv[in++];
	argv[out] = NULL;
	*argc = out;
	return state;
}

static int unknown(const char *what, const char *word, const char *meant)
{
	fprintf(stderr, "detour: no %s '", what);
	text_print(stderr, word);
	fputc('\'', stderr);
	if (meant)
		fprintf(stderr, "; did you mean '%s'?", meant);
	fputs("\nTry 'detour help'.\n", stderr);
	return CMD_USAGE;
}

static int unknown_option(const char *word)
{
	static const char *const names[] = {"--help", "--state", "--version"};
	struct suggest suggest = {.word = word};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		suggest_offer(&suggest, names[i]);
	return unknown("option", word, suggest.best);
}

static bool is_help(const char *word)
{
	return !strcmp(word, "-h") || !strcmp(word, "--help");
}

static int help(int argc, char **argv)
{
	const struct cmd_about *about;
	int i = 1;

	while (i < argc && (is_help(argv[i]) || !strcmp(argv[i], "help")))
		i++;
	if (i >= argc)
		return help_print();
	about = command_find(argv[i]);
	if (!about)
		return unknown("command", argv[i], command_suggest(argv[i]));
	return help_command(about);
}

static int run(const char *state, int argc, char **argv)
{
	struct cmd cmd = {.state = state, .state_given = state};

	cmd.about = command_find(argv[0]);
	if (!cmd.about)
		return unknown("command", argv[0], command_suggest(argv[0]));
	cmd.name = cmd.about->name;
	if (argc > 1 && is_help(argv[1]))
		return help_command(cmd.about);
	if (!cmd.state)
		cmd.state = state_default();
	if (!cmd.state || !*cmd.state)
		return cmd_usage(&cmd, "no state directory: give --state DIR");
	hits_leave_set();
	return cmd.about->run(&cmd, argc, argv);
}

int main(int argc, char **argv)
{
	const char *state = take_state(&argc, argv);

	cmd_streams();
	if (argc < 2) {
		fputs("detour: no command\nTry 'detour help'.\n", stderr);
		return CMD_USAGE;
	}
	if (!strcmp(argv[1], "help") || is_help(argv[1]))
		return help(argc - 1, argv + 1);
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V"))
		return help_version();
	if (argv[1][0] == '-')
		return unknown_option(argv[1]);
	return run(state, argc - 1, argv + 1);
}
