// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "error.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *what)
{
	fprintf(stderr, "fuzz_reader: %s\n", what);
	abort();
}

/* What is in memory, as a file with a name. */
static const char *file_of(const uint8_t *data, size_t size)
{
	static char name[40];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("fuzz_reader", 0);
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

/* Every call gives a rule or an error of a line behind the last one's, or the
 * second rule of that. */
static void read_all(struct reader *reader, size_t lines)
{
	unsigned long line = 0, last = 0;
	bool below = false;
	struct rule_error error = {0};
	struct rule rule;
	int got;

	while ((got = reader_next(reader, &rule, &line, &error))) {
		if (got < 0 && got != -EINVAL) {
			if (!error_text()[0])
				fail("a failure without a message");
			return;
		}
		if (line < last + !(below && got > 0) || line > lines)
			fail("a line that is not there");
		below = got > 0 && line > last &&
			!strncmp(rule.source, "*.", 2);
		last = line;
		if (got > 0)
			check_rule(&rule);
		else if (!error.field || !error.reason[0])
			fail("no reason");
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

/* One input is one file, read in both formats. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum reader_format formats[] = {READER_RULES, READER_CSV};
	const char *name = file_of(data, size);
	size_t i;

	for (i = 0; i < 2; i++) {
		struct reader *reader = NULL;

		if (!reader_open(&reader, name, formats[i]))
			read_all(reader, count_lines(data, size));
		else if (!error_text()[0] || reader)
			fail("no reader and no message");
		reader_close(reader);
	}
	return 0;
}

#include "fuzz_replay.h"
