// SPDX-License-Identifier: BSD-2-Clause
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *what)
{
	fprintf(stderr, "fuzz_http_answer: %s\n", what);
	abort();
}

/* Give a line in memory that ends with it. */
static bool line_give(struct http_answer *answer, const uint8_t *line,
		      size_t len)
{
	char *copy = malloc(len);
	bool taken;

	memcpy(copy, line, len);
	taken = http_answer_line(answer, copy, len);
	free(copy);
	return taken;
}

static void check(const struct http_answer *answer)
{
	if (answer->location_len > HTTP_LOCATION_MAX ||
	    strlen(answer->location) != answer->location_len)
		fail("a Location of another length");
	if (answer->location_len && !answer->redirect)
		fail("a Location without a line");
	if (strchr(answer->location, '\n'))
		fail("a line end in a Location");
	if (answer->status < 0 || answer->status > 999)
		fail("a status of more than three digits");
	if (answer->head_done && answer->status < 200)
		fail("1xx is the end");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct http_answer answer;
	const uint8_t *end;
	bool done;
	int status;
	size_t len;

	http_answer_begin(&answer);
	for (; size; data += len, size -= len) {
		end = memchr(data, '\n', size);
		len = end ? (size_t)(end - data) + 1 : size;
		done = answer.head_done;
		status = answer.status;
		if (!line_give(&answer, data, len)) {
			if (!answer.failure)
				fail("refused for nothing");
			break;
		}
		if (done && answer.status != status)
			fail("a trailer has a status");
		check(&answer);
	}
	return 0;
}

#include "fuzz_replay.h"
