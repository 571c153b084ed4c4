// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "cmd_options.h"
#include "error.h"
#include "help.h"
#include "suggest.h"

/* The word that getopt_long() takes next, if it is an option. Afterwards optind
 * is behind it, or on it while it has short options left. */
static const char *option_word(int argc, char **argv)
{
	int i;

	for (i = optind; i < argc; i++)
		if (argv[i][0] == '-' && argv[i][1])
			return argv[i];
	return NULL;
}

/* Options of every command, which are not in its table. */
static const struct option everywhere[] = {
	{"help", no_argument, NULL, 'h'},
	{"state", required_argument, NULL, 's'},
	{NULL, 0, NULL, 0},
};

/* The options that a word could stand for. */
struct option_match {
	const struct option *option; /* if exact or the only one */
	bool exact;
	unsigned int count;
	char names[160]; /* for the message about more than one */
};

static void option_match(struct option_match *match, const char *word,
			 const struct option *longs)
{
	size_t len = strcspn(word + 2, "="), used;

	for (; longs->name; longs++) {
		if (match->exact || strncmp(longs->name, word + 2, len))
			continue;
		match->exact = !longs->name[len];
		match->option = longs;
		match->count++;
		used = strlen(match->names);
		snprintf(match->names + used, sizeof(match->names) - used,
			 " --%s", longs->name);
	}
}

static int option_unknown(const struct cmd *cmd, const char *word,
			  const struct option *longs)
{
	size_t len = strcspn(word + 2, "=");
	char name[64];
	struct suggest suggest = {.word = name};
	const struct option *at;

	snprintf(name, sizeof(name), "%.*s", (int)len, word + 2);
	for (at = longs; at->name; at++)
		suggest_offer(&suggest, at->name);
	for (at = everywhere; at->name; at++)
		suggest_offer(&suggest, at->name);
	if (len < sizeof(name) && suggest.best)
		return cmd_usage(cmd, "bad option '%s'; did you mean --%s?",
				 word, suggest.best);
	return cmd_usage(cmd, "bad option '%s'", word);
}

/* Whether a word that begins with "--" names an option of the table. */
static int option_check(const struct cmd *cmd, const char *word,
			const struct option *longs)
{
	const struct option *option;
	struct option_match match = {0};

	option_match(&match, word, longs);
	option_match(&match, word, everywhere);
	option = match.option;
	if (!match.exact && match.count > 1)
		return cmd_usage(cmd, "'%s' could be any of%s", word,
				 match.names);
	if (!match.count || option == &everywhere[1])
		return option_unknown(cmd, word, longs);
	if (option->has_arg == no_argument && strchr(word, '='))
		return cmd_usage(cmd, "bad option '%s': --%s takes no value",
				 word, option->name);
	if (option == &everywhere[0])
		exit(help_command(cmd->about));
	return CMD_OK;
}

static void option_no_value(const struct cmd *cmd, const char *word,
			    const struct option *longs)
{
	struct option_match match = {0};

	option_match(&match, word, longs);
	cmd_usage(cmd, "'--%s' needs a value", match.option->name);
}

/* As getopt_long(); '?' after a message. */
static int option_next(const struct cmd *cmd, int argc, char **argv,
		       const struct option *longs)
{
	const char *word = option_word(argc, argv);
	int option;

	if (word && !strcmp(word, "-h"))
		exit(help_command(cmd->about));
	if (word && !strncmp(word, "--", 2) && word[2] &&
	    option_check(cmd, word, longs))
		return '?';
	opterr = 0;
	option = getopt_long(argc, argv, ":", longs, NULL);
	if (option == ':')
		option_no_value(cmd, word, longs);
	else if (option == '?')
		cmd_usage(
			cmd,
			"bad option '%s'; write -- before a source that begins with '-'",
			word);
	return option == ':' ? '?' : option;
}

static int option_refuse(const struct cmd *cmd, const struct option *longs,
			 int option)
{
	while (longs->val != option)
		longs++;
	return cmd_usage(cmd, "--%s: %s", longs->name, error_text());
}

/* Whether a command takes an option only once. */
static bool is_once(const struct cmd *cmd, const char *name)
{
	const char *at = cmd->about->once;
	size_t len = strlen(name);

	for (; at && *at; at += strcspn(at, " "), at += *at == ' ')
		if (strcspn(at, " ") == len && !memcmp(at, name, len))
			return true;
	return false;
}

/* Refuse an option whose second value would change what is done to a file in
 * silence. */
static int option_once(const struct cmd *cmd, const struct option *longs,
		       int option, uint64_t *seen)
{
	unsigned int at = 0;
	uint64_t bit;

	while (longs[at].val != option)
		at++;
	bit = UINT64_C(1) << at % 64;
	if (*seen & bit && is_once(cmd, longs[at].name))
		return cmd_usage(cmd, "--%s is given twice", longs[at].name);
	*seen |= bit;
	return CMD_OK;
}

int cmd_options(const struct cmd *cmd, int argc, char **argv,
		const struct option *longs, cmd_take_fn *take, void *arg)
{
	int option, code = CMD_OK;
	uint64_t seen = 0;

	while (!code && (option = option_next(cmd, argc, argv, longs)) != -1) {
		if (option == '?')
			return CMD_USAGE;
		code = option_once(cmd, longs, option, &seen);
		if (!code)
			code = take(cmd, option, arg);
		if (code < 0)
			return option_refuse(cmd, longs, option);
	}
	return code;
}

static int json_take(const struct cmd *cmd, int option, void *arg)
{
	(void)cmd;
	(void)option;
	*(bool *)arg = true;
	return CMD_OK;
}

int cmd_options_json(const struct cmd *cmd, int argc, char **argv, bool *json)
{
	static const struct option longs[] = {
		{"json", no_argument, NULL, CMD_OPTION},
		{NULL, 0, NULL, 0},
	};
	int code = cmd_options(cmd, argc, argv, longs, json_take, json);

	if (!code && optind < argc)
		return cmd_usage(cmd, "'%s' is too much", argv[optind]);
	return code;
}
