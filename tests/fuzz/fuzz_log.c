// SPDX-License-Identifier: BSD-2-Clause
/*
 * Logs of requests: what is read of a line is pieces that can be read, in each
 * form and in the one that the file is taken for, and none asks a map for what
 * is no request in normal form.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ask_said.h"
#include "error.h"
#include "map_view.h"
#include "request_forms.h"
#include "request_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *what)
{
	fprintf(stderr, "fuzz_log: %s\n", what);
	abort();
}

/* What is in memory, as a file with a name. */
static const char *file_of(const uint8_t *data, size_t size)
{
	static char name[40];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("fuzz_log", 0);
		snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	}
	if (fd < 0 || ftruncate(fd, 0) ||
	    pwrite(fd, data, size, 0) != (ssize_t)size)
		fail("no file");
	return name;
}

/* Read all bytes of a piece, for ASan to watch over. */
static void piece_check(struct format_piece piece)
{
	size_t i;

	if (piece.len > LIMIT_LINE)
		fail("a piece of more than a line");
	for (i = 0; i < piece.len; i++)
		(void)*(const volatile char *)&piece.text[i];
}

static void key_check(const struct map_key *key)
{
	if (key->host_len > LIMIT_HOST || key->path_len < 1 ||
	    key->path_len + key->has_query + key->query_len > LIMIT_PATH ||
	    key->path[0] != '/')
		fail("no key");
}

static void said_check(const struct request_said *said)
{
	static struct map_key key;

	piece_check(said->host);
	piece_check(said->method);
	piece_check(said->target);
	piece_check(said->query);
	if (!said->line || !said->host.len || !said->scheme ||
	    said->status < 0 || said->status > 999)
		fail("a request that says too little");
	if (!ask_said(&key, said))
		key_check(&key);
}

static void file_read(const char *name, const struct request_form *form)
{
	struct request_options options = {.form = form, .host = "h.example"};
	struct request_read read;
	struct request_said said;
	const char *reason;
	unsigned long line = 0;
	int got = request_read_open(&read, name, &options);

	if (got && !error_text()[0])
		fail("a failure without a message");
	while (!got && (got = request_read_next(&read, &said, &reason))) {
		if (got < 0 && got != -EINVAL)
			break;
		if (said.line <= line || (got < 0 && !reason))
			fail("a line that is not there, or without a reason");
		line = said.line;
		if (got == REQUEST_TAKEN)
			said_check(&said);
		got = 0;
	}
	request_read_close(&read);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *name = file_of(data, size);
	unsigned int i = 0;

	while (request_form_at(i))
		file_read(name, request_form_at(i++));
	file_read(name, NULL);
	return 0;
}

#include "fuzz_replay.h"
