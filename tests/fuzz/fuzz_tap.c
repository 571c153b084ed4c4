// SPDX-License-Identifier: BSD-2-Clause
/* Records of a tap, and the lines that are made of what is in them. */
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fast_tap_record.h"
#include "lookup_key.h"
#include "tap_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *what)
{
	fprintf(stderr, "fuzz_tap: %s\n", what);
	abort();
}

/* Whether a part lies in the record's memory; each of its bytes is read. */
static struct tap_text part_of(const struct fast_tap_part *part,
			       const uint8_t *data, size_t size)
{
	struct tap_text text = {(const char *)part->data, part->len};
	size_t i;

	if (part->data < data || part->data + part->len > data + size)
		fail("a part outside");
	for (i = 0; i < part->len; i++)
		(void)*(const volatile uint8_t *)&part->data[i];
	return text;
}

static void line_check(const char *text, size_t len)
{
	size_t i, words = 1;

	if (!len || text[len - 1] != '\n')
		fail("no line");
	for (i = 0; i + 1 < len; i++) {
		if (text[i] < ' ' || text[i] > '~')
			fail("a byte that is not printable");
		words += text[i] == ' ';
	}
	if (words != 10)
		fail("another number of words");
}

static void json_check(const char *text, size_t len)
{
	json_t *value = json_loadb(text, len, JSON_ALLOW_NUL, NULL);

	if (!value || memchr(text, '\n', len) != text + len - 1)
		fail("no JSON on a line");
	json_decref(value);
}

static void print(const struct tap_line *line, bool json)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (json)
		tap_line_json(out, line);
	else
		tap_line_print(out, line);
	fclose(out);
	if (json)
		json_check(text, len);
	else
		line_check(text, len);
	free(text);
}

static void lines_check(const struct fast_tap_record *record,
			const struct map_key *key, const uint8_t *data,
			size_t size)
{
	const struct tap_without without = {.query = data[0] & 1,
					    .address = data[0] & 2};
	struct tap_line line = {
		.time = record->told.tai / 1000000 % 4000000000000,
		.responder = "fast",
		.address = record->told.flow.client,
		.method = part_of(&record->location, data, size),
		.host = {(const char *)key->host, key->host_len},
		.target = part_of(&record->data, data, size),
		.location = part_of(&record->location, data, size),
		.source = part_of(&record->frame, data, size),
		.code = record->told.code,
		.release = record->told.crc,
	};

	tap_line_leave_out(&line, &without);
	print(&line, false);
	print(&line, true);
}

static void read_all(const uint8_t *data, size_t size)
{
	static struct map_key key;
	struct fast_tap_record record;
	struct fast_tap_part method;

	key.host_len = 0;
	if (fast_tap_record_read(&record, data, size))
		return;
	part_of(&record.frame, data, size);
	if (!fast_tap_request_read(&key, &method, &record.data))
		part_of(&method, data, size);
	lines_check(&record, &key, data, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size);

	if (size)
		memcpy(copy, data, size);
	read_all(copy, size);
	free(copy);
	return 0;
}

#include "fuzz_replay.h"
