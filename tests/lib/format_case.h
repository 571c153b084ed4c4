/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CASE_H
#define FORMAT_CASE_H

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
#include "formats.h"
#include "memfile.h"
#include "rule_line.h"

/* A text of a format, and what becomes of it: a line for each rule ("LINE
 * RULE"), then for each error ("LINE! FIELD: REASON"), then for each finding
 * ("LINE cannot|differs|left KIND: TEXT"). */
struct format_case {
	const char *about, *data, *result;
};

static int format_case_take(void *arg, const struct rule *rule,
			    unsigned long at)
{
	fprintf(arg, "%lu ", at);
	rule_print(arg, rule);
	return 0;
}

static void format_case_findings(FILE *out, const struct findings *findings)
{
	static const char *const classes[] = {"cannot", "differs", "left",
					      "warning"};
	size_t i, j;

	for (i = 0; i < findings->count; i++)
		for (j = 0; j < findings->kinds[i].count; j++)
			fprintf(out, "%lu %s %s: %s\n",
				findings->kinds[i].items[j].at,
				classes[findings->kinds[i].class],
				findings->kinds[i].kind,
				findings->kinds[i].items[j].text);
}

/* What becomes of a text; to be freed. */
static char *format_case_read(const struct format *format,
			      const struct format_options *options,
			      const char *data, size_t len)
{
	char name[MEMFILE_NAME], *text;
	struct line_errors errors = {0};
	struct format_read read = {.options = *options,
				   .take = format_case_take,
				   .format = format,
				   .errors = &errors};
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int fd = memfile_open(name, data, len, 0);
	unsigned int i;

	read.arg = out;
	if (formats_read(&read, name))
		fprintf(out, "%s\n", strstr(error_text(), ": "));
	for (i = 0; i < errors.count; i++)
		fprintf(out, "%lu! %s\n", errors.items[i].line,
			errors.items[i].text);
	format_case_findings(out, &read.findings);
	format_read_free(&read);
	line_errors_free(&errors);
	close(fd);
	fclose(out);
	return text;
}

/* Try a table of cases, each of which is a file. */
static void format_case_all(const struct format *format,
			    const struct format_options *options,
			    const struct format_case *cases, size_t count)
{
	size_t i, failed = 0;

	for (i = 0; i < count; i++) {
		char *text = format_case_read(format, options, cases[i].data,
					      strlen(cases[i].data));

		if (strcmp(text, cases[i].result)) {
			print_error("%s:\n%sand not:\n%s", cases[i].about, text,
				    cases[i].result);
			failed++;
		}
		free(text);
	}
	assert_int_equal(failed, 0);
}

#endif
