/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_TOLD_H
#define FORMAT_TOLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format.h"
#include "format_read.h"
#include "format_rules.h"
#include "format_write.h"
#include "formats.h"
#include "memfile.h"
#include "rule_line.h"

/*
 * What a file tells, a line each: "LINE RULE", "LINE!FIELD: REASON", and of
 * what is found "LINE KIND: TEXT" behind '?' (cannot be said), '~' (answered
 * otherwise) or '-' (left out); "!MESSAGE" where it is not read.
 */
struct format_told {
	const char *about;
	struct format_options options;
	const char *data, *told;
};

static int told_take(void *out, const struct rule *rule, unsigned long at)
{
	fprintf(out, "%lu ", at);
	rule_print(out, rule);
	return 0;
}

static void told_findings(FILE *out, const struct findings *findings)
{
	size_t i, k;

	for (i = 0; i < findings->count; i++)
		for (k = 0; k < findings->kinds[i].count; k++)
			fprintf(out, "%c%lu %s: %s\n",
				"?~-"[findings->kinds[i].class],
				findings -> kinds[i].items[k].at,
				findings->kinds[i].kind,
				findings->kinds[i].items[k].text);
}

/* The caller frees it. */
static char *told_by(const struct format *format,
		     const struct format_options *options, const char *data,
		     size_t len)
{
	struct line_errors errors = {0};
	struct format_read read = {.options = *options,
				   .take = told_take,
				   .format = format,
				   .errors = &errors};
	char name[MEMFILE_NAME], *text;
	int fd = memfile_open(name, data, len, 0);
	unsigned int i;
	size_t size;

	read.arg = open_memstream(&text, &size);
	if (formats_read(&read, name)) {
		bool named = !strncmp(error_text(), name, strlen(name));

		fprintf(read.arg, "!%s\n",
			error_text() + (named ? strlen(name) + 2 : 0));
	}
	for (i = 0; i < errors.count; i++)
		fprintf(read.arg, "%lu!%s\n", errors.items[i].line,
			errors.items[i].text);
	told_findings(read.arg, &read.findings);
	fclose(read.arg);
	line_errors_free(&errors);
	format_read_free(&read);
	close(fd);
	return text;
}

/* Try all cases; each one that fails is shown. */
static void told_check(const struct format *format,
		       const struct format_told *cases, size_t count)
{
	bool failed = false;
	size_t i;

	for (i = 0; i < count; i++) {
		char *text = told_by(format, &cases[i].options, cases[i].data,
				     strlen(cases[i].data));

		if (strcmp(text, cases[i].told)) {
			print_error("%s:\n%sinstead of:\n%s", cases[i].about,
				    text, cases[i].told);
			failed = true;
		}
		free(text);
	}
	assert_false(failed);
}

/* Gives the rules of a file of rules to who asks for them. */
struct told_from {
	const char *name;
	int (*fn)(void *arg, const struct rule *rule);
	void *arg;
};

static inline int told_pass(void *arg, const struct rule *rule,
			    unsigned long at)
{
	struct told_from *from = arg;

	(void)at;
	return from->fn(from->arg, rule);
}

static inline int told_each(void *arg,
			    int (*fn)(void *arg, const struct rule *rule),
			    void *fn_arg)
{
	struct told_from *from = arg;
	struct line_errors errors = {0};
	struct format_read read = {.take = told_pass,
				   .arg = from,
				   .format = &format_rules,
				   .errors = &errors};
	int err;

	from->fn = fn;
	from->arg = fn_arg;
	err = formats_read(&read, from->name);
	assert_int_equal(errors.total, 0);
	format_read_free(&read);
	return err;
}

/* The same for writing: data are rules, and what is told is the file and then
 * what was found. */
static inline void told_written(const struct format *format,
				const struct format_told *cases, size_t count)
{
	bool failed = false;
	size_t i;

	for (i = 0; i < count; i++) {
		struct format_write write = {.writer = format->writer};
		char name[MEMFILE_NAME], *text;
		struct told_from from = {.name = name};
		int fd = memfile_open(name, cases[i].data,
				      strlen(cases[i].data), 0);
		size_t size;

		write.out = open_memstream(&text, &size);
		assert_int_equal(format_write(&write, told_each, &from, true),
				 0);
		told_findings(write.out, &write.findings);
		fclose(write.out);
		if (strcmp(text, cases[i].told)) {
			print_error("%s:\n%sinstead of:\n%s", cases[i].about,
				    text, cases[i].told);
			failed = true;
		}
		free(text);
		format_write_free(&write);
		close(fd);
	}
	assert_false(failed);
}

#endif
