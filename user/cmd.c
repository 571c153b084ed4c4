// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	va_list args;

	fprintf(stderr, "detour %s: ", cmd->name);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "\nTry 'detour help'.\n");
	return CMD_USAGE;
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
