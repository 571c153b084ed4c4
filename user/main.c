// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "help.h"
#include "state.h"
#include "text.h"

static const struct {
	const char *name;
	int (*run)(const struct cmd *cmd, int argc, char **argv);
} commands[] = {
	{"add", cmd_add},	    {"set", cmd_add},
	{"del", cmd_del},	    {"show", cmd_show},
	{"explain", cmd_explain},   {"import", cmd_import},
	{"export", cmd_export},	    {"log", cmd_log},
	{"rollback", cmd_rollback}, {"status", cmd_status},
	{"stats", cmd_stats},	    {"serve", cmd_serve},
	{"attach", cmd_attach},	    {"detach", cmd_detach},
};

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

static int run(const char *state, int argc, char **argv)
{
	struct cmd cmd = {argv[0], state};
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (!strcmp(commands[i].name, argv[0]))
			break;
	if (i == sizeof(commands) / sizeof(*commands)) {
		fputs("detour: no command '", stderr);
		text_print(stderr, argv[0]);
		fputs("'\nTry 'detour help'.\n", stderr);
		return CMD_USAGE;
	}
	if (argc > 1 && !strcmp(argv[1], "--help"))
		return help_print();
	if (!cmd.state)
		cmd.state = state_default();
	if (!cmd.state || !*cmd.state)
		return cmd_usage(&cmd, "no state directory: give --state DIR");
	return commands[i].run(&cmd, argc, argv);
}

int main(int argc, char **argv)
{
	const char *state = take_state(&argc, argv);

	cmd_streams();
	if (argc < 2) {
		fputs("detour: no command\nTry 'detour help'.\n", stderr);
		return CMD_USAGE;
	}
	if (!strcmp(argv[1], "help") || !strcmp(argv[1], "--help"))
		return help_print();
	if (!strcmp(argv[1], "--version"))
		return help_version();
	return run(state, argc - 1, argv + 1);
}
