// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"
#include "error.h"
#include "filter.h"
#include "hits_leave.h"
#include "rule.h"
#include "text.h"

int cmd_fail(const struct cmd *cmd)
{
	fprintf(stderr, "detour %s: ", cmd->name);
	text_print(stderr, error_text());
	fputc('\n', stderr);
	return CMD_FAILED;
}

/* Arguments have no lines. */
static void rule_problem(const struct cmd *cmd, const char *field,
			 const char *reason)
{
	fprintf(stderr, "detour %s: ", cmd->name);
	if (strcmp(field, "line"))
		fprintf(stderr, "%s: ", field);
	text_print(stderr, reason);
	fputc('\n', stderr);
}

int cmd_usage_rule(const struct cmd *cmd, const struct rule_error *error)
{
	unsigned int i;

	rule_problem(cmd, error->field, error->reason);
	for (i = 0; i < error->more_count; i++)
		rule_problem(cmd, error->more[i].field, error->more[i].reason);
	fprintf(stderr, "Try 'detour help %s'.\n", cmd->name);
	return CMD_USAGE;
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
	fprintf(stderr, "\nTry 'detour help %s'.\n", cmd->name);
	free(text);
	return CMD_USAGE;
}

static int filter_result(const struct cmd *cmd, int err)
{
	if (err == -EINVAL)
		return cmd_usage(cmd, "%s", error_text());
	return err ? cmd_fail(cmd) : CMD_OK;
}

int cmd_take_tag(const struct cmd *cmd, struct filter *filter)
{
	return filter_result(cmd, filter_tag(filter, optarg));
}

int cmd_take_host(const struct cmd *cmd, struct filter *filter)
{
	return filter_result(cmd, filter_host(filter, optarg));
}

int cmd_take_scheme(const struct cmd *cmd, struct filter *filter)
{
	return filter_result(cmd, filter_scheme(filter, optarg));
}

/* Let lines come whole where both streams are one: "2>&1 | less". */
static void lines_join(void)
{
	struct stat out, err;

	if (!isatty(STDOUT_FILENO) && !fstat(STDOUT_FILENO, &out) &&
	    !fstat(STDERR_FILENO, &err) && out.st_dev == err.st_dev &&
	    out.st_ino == err.st_ino) {
		setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
		setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	}
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
	lines_join();
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

void cmd_hits_lost(const struct cmd *cmd)
{
	const char *reason = hits_leave_failed();

	if (!reason || !isatty(STDERR_FILENO))
		return;
	fprintf(stderr, "detour %s: some hits could not be saved: ", cmd->name);
	text_print(stderr, reason);
	fputc('\n', stderr);
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

int cmd_size(const char *text, unsigned long long max,
	     unsigned long long *value)
{
	static const char units[] = "KMG";
	size_t digits = strspn(text, "0123456789");
	const char *unit = text[digits] ? strchr(units, text[digits]) : NULL;
	unsigned int shift = unit ? 10 * (unit - units + 1) : 0;
	char number[32];

	if (digits >= sizeof(number) || strlen(text) != digits + !!unit)
		return -EINVAL;
	memcpy(number, text, digits);
	number[digits] = '\0';
	if (cmd_number(number, 0, max >> shift, value))
		return -EINVAL;
	*value <<= shift;
	return 0;
}
