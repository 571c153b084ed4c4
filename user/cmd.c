// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "error.h"
#include "text.h"

int cmd_fail(const struct cmd *cmd)
{
	fprintf(stderr, "detour %s: ", cmd->name);
	text_print(stderr, error_text());
	fputc('\n', stderr);
	return CMD_FAILED;
}

int cmd_usage(const struct cmd *cmd, const char *fmt, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	fprintf(stderr, "detour %s: ", cmd->name);
	text_print(stderr, text ? text : "out of memory");
	fprintf(stderr, "\nTry 'detour help'.\n");
	free(text);
	return CMD_USAGE;
}

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

int cmd_option(const struct cmd *cmd, int argc, char **argv,
	       const struct option *longs)
{
	const char *word = option_word(argc, argv);
	int option;

	opterr = 0;
	option = getopt_long(argc, argv, ":", longs, NULL);
	if (option == ':')
		cmd_usage(cmd, "'%s' needs a value", word);
	else if (option == '?' && word[1] == '-')
		cmd_usage(cmd, "bad option '%s'", word);
	else if (option == '?')
		cmd_usage(
			cmd,
			"bad option '%s'; write -- before a source that begins with '-'",
			word);
	return option == ':' ? '?' : option;
}

void cmd_streams(void)
{
	int fd;

	/* The lowest that is free is given out first. */
	do
		fd = open("/dev/null", O_PATH | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int cmd_flush(const struct cmd *cmd, int code)
{
	int err = 0;

	if (fflush(stdout))
		err = errno;
	else if (ferror(stdout))
		err = EIO;
	if (!err)
		return code;
	error_sys(-err, "cannot write to standard output");
	return cmd_fail(cmd);
}

int cmd_changed(const struct cmd *cmd, int code)
{
	cmd_flush(cmd, code);
	return code;
}

int cmd_number(const char *text, unsigned long long min, unsigned long long max,
	       unsigned long long *value)
{
	unsigned long long n;
	char *end;

	if (!*text || strspn(text, "0123456789") != strlen(text))
		return -EINVAL;
	errno = 0;
	n = strtoull(text, &end, 10);
	if (errno || n < min || n > max)
		return -EINVAL;
	*value = n;
	return 0;
}
