// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "error.h"
#include "fast_address.h"
#include "tap_line.h"
#include "utf8.h"

static void query_cut(struct tap_text *text)
{
	const char *query =
		text->len ? memchr(text->text, '?', text->len) : NULL;

	if (query)
		text->len = query - text->text;
}

void tap_line_leave_out(struct tap_line *line,
			const struct tap_without *without)
{
	if (without->query) {
		query_cut(&line->target);
		query_cut(&line->location);
	}
	if (without->address)
		line->address = NULL;
}

/* Such that it is one word, and nothing that a terminal obeys. */
static void word_print(FILE *out, const struct tap_text *word)
{
	size_t i, plain;

	for (i = 0; i < word->len; i += plain) {
		for (plain = 0; i + plain < word->len; plain++)
			if (word->text[i + plain] <= ' ' ||
			    word->text[i + plain] >= 0x7f ||
			    word->text[i + plain] == '\\')
				break;
		fwrite(word->text + i, 1, plain, out);
		if (i + plain == word->len)
			break;
		fprintf(out, "\\x%02x", (unsigned char)word->text[i + plain]);
		plain++;
	}
}

static void field_print(FILE *out, const struct tap_text *word)
{
	putc(' ', out);
	if (word->len)
		word_print(out, word);
	else
		putc('-', out);
}

/* 0: not known. */
static void number_print(FILE *out, uint64_t number)
{
	if (number)
		fprintf(out, " %" PRIu64, number);
	else
		fputs(" -", out);
}

/* A target that names a host by itself stands alone. */
static void url_print(FILE *out, const struct tap_line *line)
{
	if (line->target.len && *line->target.text != '/') {
		field_print(out, &line->target);
		return;
	}
	field_print(out, &line->host);
	word_print(out, &line->target);
}

static void client_print(FILE *out, const struct tap_line *line)
{
	char text[FAST_ADDRESS_TEXT];

	if (!line->address) {
		fputs(" -", out);
		return;
	}
	fast_address_print(line->address, text);
	fprintf(out, strchr(text, ':') ? " [%s]:%u" : " %s:%u", text,
		line->port);
}

/* Hours to milliseconds, in the local zone. */
static void time_print(FILE *out, int64_t ms)
{
	time_t seconds = ms / 1000;
	char text[16] = "-";
	struct tm tm;

	if (localtime_r(&seconds, &tm))
		strftime(text, sizeof(text), "%H:%M:%S", &tm);
	fprintf(out, "%s.%03d", text, (int)(ms % 1000));
}

void tap_line_print(FILE *out, const struct tap_line *line)
{
	time_print(out, line->time);
	fprintf(out, " %s", line->responder);
	field_print(out, &line->interface);
	client_print(out, line);
	field_print(out, &line->method);
	url_print(out, line);
	number_print(out, line->code);
	field_print(out, &line->location);
	field_print(out, &line->source);
	number_print(out, line->release);
	putc('\n', out);
}

/* NULL where memory runs out; null for an empty one. */
static json_t *text_json(const struct tap_text *text)
{
	size_t i = 0, len, used = 0;
	json_t *value;
	char *copy;

	if (!text->len)
		return json_null();
	copy = malloc(text->len * 4 + 1);
	while (copy && i < text->len) {
		len = utf8_length(text->text + i, text->len - i);
		if (len)
			memcpy(copy + used, text->text + i, len);
		else
			sprintf(copy + used, "\\x%02x",
				(unsigned char)text->text[i]);
		used += len ? len : 4;
		i += len ? len : 1;
	}
	value = copy ? json_stringn(copy, used) : NULL;
	free(copy);
	return value;
}

/* RFC 3339, in UTC. */
static json_t *time_json(int64_t ms)
{
	time_t seconds = ms / 1000;
	char text[64];
	struct tm tm;
	size_t len;

	if (!gmtime_r(&seconds, &tm))
		return json_null();
	len = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + len, sizeof(text) - len, ".%03dZ", (int)(ms % 1000));
	return json_string(text);
}

/* 0: not known. */
static json_t *number_json(uint64_t number)
{
	return number ? json_integer(number) : json_null();
}

static json_t *client_json(const struct tap_line *line)
{
	char text[FAST_ADDRESS_TEXT];

	if (!line->address)
		return json_null();
	fast_address_print(line->address, text);
	return json_string(text);
}

int tap_line_json(FILE *out, const struct tap_line *line)
{
	json_t *value = json_pack(
		"{s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}",
		"time", time_json(line->time), "responder", line->responder,
		"interface", text_json(&line->interface), "client",
		client_json(line), "port",
		line->address ? json_integer(line->port) : json_null(),
		"method", text_json(&line->method), "host",
		text_json(&line->host), "uri", text_json(&line->target),
		"status", number_json(line->code), "location",
		text_json(&line->location), "rule", text_json(&line->source),
		"release", number_json(line->release), "miss", (int)line->miss);
	int err = 0;

	if (!value)
		return error_sys(-ENOMEM, "cannot write JSON");
	if (json_dumpf(value, out, JSON_COMPACT | JSON_ENSURE_ASCII))
		err = error_sys(-EIO, "cannot write JSON");
	json_decref(value);
	putc('\n', out);
	return err;
}
