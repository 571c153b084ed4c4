// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "error.h"
#include "format.h"
#include "format_read.h"
#include "formats.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *what)
{
	fprintf(stderr, "fuzz_format: %s\n", what);
	abort();
}

/* What is in memory, as a file with a name. */
static const char *file_of(const uint8_t *data, size_t size)
{
	static char name[40];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("fuzz_format", 0);
		snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	}
	if (fd < 0 || ftruncate(fd, 0) ||
	    pwrite(fd, data, size, 0) != (ssize_t)size)
		fail("no file");
	return name;
}

static void check_rule(const struct rule *rule)
{
	if (rule->source_len != strlen(rule->source) ||
	    rule->target_len != strlen(rule->target) ||
	    strlen(rule->tag) > LIMIT_TAG || strlen(rule->note) > LIMIT_NOTE ||
	    strlen(rule->headers) >= RULE_HEADERS_SIZE)
		fail("a text with a NUL, or a wrong length");
	if (!strchr(rule->source, '/') || strpbrk(rule->source, " \t\r\n") ||
	    strpbrk(rule->target, " \t\r\n"))
		fail("no rule in normal form");
}

/* What one reading has given. */
struct seen {
	const struct format_read *read;
	unsigned long lines; /* of the input, which is the first file */
};

/* Positions are in no order: another system's lines may have one of their own. */
static void check_position(const struct seen *seen, unsigned long at)
{
	const struct places *places = &seen->read->places;
	unsigned long line;
	const char *file = places_of(places, at, "", &line);

	if (!at || !line || (file == places->files[0] && line > seen->lines))
		fail("a line that is not there");
}

static int take(void *arg, const struct rule *rule, unsigned long at)
{
	check_position(arg, at);
	check_rule(rule);
	return 0;
}

static void errors_check(const struct line_errors *errors,
			 const struct seen *seen)
{
	unsigned int i;

	for (i = 0; i < errors->count; i++) {
		if (!errors->items[i].text)
			fail("an error without a text");
		check_position(seen, errors->items[i].line);
	}
}

static size_t count_lines(const uint8_t *data, size_t size)
{
	size_t i, lines = 1;

	/* What a gzip file holds is not known here. */
	if (size > 2 && data[0] == 0x1f && data[1] == 0x8b)
		return SIZE_MAX;
	for (i = 0; i < size; i++)
		lines += data[i] == '\n';
	return lines;
}

/* One input is one file, read in each format and in the one that it is taken
 * for. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *name = file_of(data, size);
	const struct format *format;
	size_t i = 0;

	do {
		struct seen seen = {.lines = count_lines(data, size)};
		struct line_errors errors = {0};
		struct format_read read = {
			.options = {.host = "h.example",
				    .base = "https://b.example",
				    .code = "301"},
			.take = take,
			.arg = &seen,
			.errors = &errors,
		};

		seen.read = &read;
		format = format_at(i++);
		read.format = format;
		if (formats_read(&read, name) && !error_text()[0])
			fail("a failure without a message");
		errors_check(&errors, &seen);
		format_read_free(&read);
		line_errors_free(&errors);
	} while (format);
	return 0;
}

#include "fuzz_replay.h"
