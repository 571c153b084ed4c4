// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "text.h"
#include "utf8.h"

static bool is_control(const char *text, unsigned int len)
{
	unsigned char first = text[0], second = len > 1 ? text[1] : 0;

	if (len == 1)
		return first < 0x20 || first == 0x7f;
	return first == 0xc2 && second < 0xa0;
}

/* How many bytes of printable ASCII a text begins with. */
static unsigned int plain_length(const char *text)
{
	unsigned int len = 0;

	while (text[len] >= 0x20 && text[len] < 0x7f)
		len++;
	return len;
}

void text_print(FILE *out, const char *text)
{
	unsigned int len, i;

	for (; *text; text += len) {
		len = plain_length(text);
		fwrite(text, 1, len, out);
		text += len;
		if (!*text)
			break;
		len = utf8_length(text, strlen(text));
		if (len && !is_control(text, len)) {
			fwrite(text, 1, len, out);
			continue;
		}
		len += !len;
		for (i = 0; i < len; i++)
			fprintf(out, "\\x%02x", (unsigned char)text[i]);
	}
}

void text_print_ascii(FILE *out, const char *text)
{
	unsigned int len;

	for (;;) {
		len = plain_length(text);
		fwrite(text, 1, len, out);
		text += len;
		if (!*text)
			break;
		fprintf(out, "\\x%02x", (unsigned char)*text++);
	}
}

const char *text_of_time(char text[TEXT_TIME], int64_t when)
{
	time_t t = when;
	struct tm tm;

	if (!localtime_r(&t, &tm) ||
	    !strftime(text, TEXT_TIME, "%Y-%m-%d %H:%M:%S", &tm))
		snprintf(text, TEXT_TIME, "%" PRId64, when);
	return text;
}

const char *text_of_moment(char text[TEXT_TIME], int64_t when)
{
	time_t t = when;
	struct tm tm;
	size_t len;
	long east;

	text_of_time(text, when);
	if (!localtime_r(&t, &tm))
		return text;
	len = strlen(text);
	east = labs(tm.tm_gmtoff) / 60;
	snprintf(text + len, TEXT_TIME - len, "%c%02ld:%02ld",
		 tm.tm_gmtoff < 0 ? '-' : '+', east / 60 % 100, east % 60);
	return text;
}

void text_time(FILE *out, int64_t when)
{
	char text[TEXT_TIME];

	fputs(text_of_time(text, when), out);
}

void text_moment(FILE *out, int64_t when)
{
	char text[TEXT_TIME];

	fputs(text_of_moment(text, when), out);
}

void text_count(FILE *out, uint64_t count, const char *noun)
{
	fprintf(out, "%" PRIu64 " %s%s", count, noun, count == 1 ? "" : "s");
}
