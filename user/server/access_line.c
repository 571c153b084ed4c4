// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "access_line.h"
#include "error.h"

int access_format_parse(enum access_format *format, const char *text)
{
	if (!strcmp(text, "combined"))
		*format = ACCESS_COMBINED;
	else if (!strcmp(text, "json"))
		*format = ACCESS_JSON;
	else
		return error_set(-EINVAL, "'%s' is not combined or json", text);
	return 0;
}

static void clock_set(struct access_clock *clock, int64_t second)
{
	time_t now = second;
	struct tm tm;

	if (clock->second == second && *clock->local)
		return;
	clock->second = second;
	if (!localtime_r(&now, &tm) ||
	    !strftime(clock->local, sizeof(clock->local),
		      "%d/%b/%Y:%H:%M:%S %z", &tm))
		strcpy(clock->local, "-");
	if (!gmtime_r(&now, &tm) ||
	    !strftime(clock->utc, sizeof(clock->utc), "%Y-%m-%dT%H:%M:%S", &tm))
		strcpy(clock->utc, "-");
}

static char *put(char *out, const char *text)
{
	return stpcpy(out, text);
}

static char *put_number(char *out, uint64_t number)
{
	return out + sprintf(out, "%" PRIu64, number);
}

/* "" for a client that is not known. */
static void client_text(char text[INET6_ADDRSTRLEN],
			const struct answer_record *record)
{
	*text = '\0';
	if (record->family)
		inet_ntop(record->family, record->address, text,
			  INET6_ADDRSTRLEN);
}

/* A text in quotes; '-' for an empty one. */
static char *put_quoted(char *out, const struct answer_record *record,
			enum answer_text which)
{
	size_t len;
	const char *text = answer_record_text(record, which, &len);

	*out++ = ' ';
	*out++ = '"';
	out = len ? access_escape_quoted(out, text, len) : put(out, "-");
	*out++ = '"';
	return out;
}

static char *put_combined(char *out, const struct access_clock *clock,
			  const struct answer_record *record)
{
	char client[INET6_ADDRSTRLEN];
	const char *source;
	size_t len;

	client_text(client, record);
	source = answer_record_text(record, ANSWER_SOURCE, &len);
	out = put(out, *client ? client : "-");
	out = put(out, " - - [");
	out = put(out, clock->local);
	out = put(out, "]");
	out = put_quoted(out, record, ANSWER_LINE);
	*out++ = ' ';
	out = put_number(out, record->status);
	*out++ = ' ';
	out = put_number(out, record->bytes);
	out = put_quoted(out, record, ANSWER_REFERER);
	out = put_quoted(out, record, ANSWER_AGENT);
	*out++ = ' ';
	out = len ? access_escape_word(out, source, len) : put(out, "-");
	*out++ = ' ';
	return record->release ? put_number(out, record->release)
			       : put(out, "-");
}

/* A string of an object that has begun; null for an empty one. */
static char *put_string(char *out, const char *name, const char *text,
			size_t len)
{
	out = put(out, ",\"");
	out = put(out, name);
	if (!len)
		return put(out, "\":null");
	out = put(out, "\":\"");
	out = access_escape_json(out, text, len);
	*out++ = '"';
	return out;
}

static char *put_text(char *out, const char *name,
		      const struct answer_record *record,
		      enum answer_text which)
{
	size_t len;
	const char *text = answer_record_text(record, which, &len);

	return put_string(out, name, text, len);
}

static char *put_field(char *out, const char *name, uint64_t number)
{
	out = put(out, ",\"");
	out = put(out, name);
	out = put(out, "\":");
	return put_number(out, number);
}

/* What was understood of the request line; or all of it. */
static char *put_request(char *out, const struct answer_record *record)
{
	size_t len, at = record->target_at, end = at + record->target_len;
	const char *line = answer_record_text(record, ANSWER_LINE, &len);

	if (!record->target_len)
		return put_string(out, "request", line, len);
	out = put_string(out, "method", line, record->method_len);
	out = put_string(out, "uri", line + at, record->target_len);
	end += end < len;
	return put_string(out, "protocol", line + end, len - end);
}

static const char *responder(const struct answer_record *record)
{
	if (record->flags & ANSWER_RULE)
		return "rule";
	return record->flags & ANSWER_FALLBACK ? "fallback" : "server";
}

static bool is_cut(const struct answer_record *record)
{
	return record->flags >= ANSWER_CUT_BIT;
}

static char *put_json(char *out, const struct access_clock *clock,
		      const struct answer_record *record)
{
	char client[INET6_ADDRSTRLEN];

	client_text(client, record);
	out += sprintf(out, "{\"time\":\"%s.%03dZ\"", clock->utc,
		       (int)(record->time % 1000));
	out = put_string(out, "client", client, strlen(client));
	if (record->family)
		out = put_field(out, "port", record->port);
	out = put_string(out, "scheme",
			 record->flags & ANSWER_HTTPS ? "https" : "http",
			 record->flags & ANSWER_HTTPS ? 5 : 4);
	out = put_text(out, "host", record, ANSWER_HOST);
	out = put_request(out, record);
	out = put_field(out, "status", record->status);
	out = put_field(out, "bytes", record->bytes);
	out = put_text(out, "referer", record, ANSWER_REFERER);
	out = put_text(out, "agent", record, ANSWER_AGENT);
	out = put_text(out, "location", record, ANSWER_LOCATION);
	out = put(out, ",\"responder\":\"");
	out = put(out, responder(record));
	out = put(out, "\"");
	out = put_text(out, "rule", record, ANSWER_SOURCE);
	out = record->release ? put_field(out, "release", record->release)
			      : put(out, ",\"release\":null");
	if (is_cut(record))
		out = put(out, ",\"cut\":true");
	return put(out, "}");
}

size_t access_line(char *out, struct access_clock *clock,
		   enum access_format format,
		   const struct answer_record *record)
{
	char *end;

	clock_set(clock, record->time / 1000);
	end = format == ACCESS_JSON ? put_json(out, clock, record)
				    : put_combined(out, clock, record);
	*end++ = '\n';
	return end - out;
}
