// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "html.h"
#include "unseen.h"
#include "utf8.h"

static const char *escape_of(char byte)
{
	switch (byte) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	}
	return NULL;
}

static void byte_write(FILE *out, unsigned char byte)
{
	const char *escape = escape_of(byte);

	if (escape)
		fputs(escape, out);
	else if (byte < 0x20 || byte >= 0x7f)
		fprintf(out, "\\x%02x", byte);
	else
		putc(byte, out);
}

/* One character outside ASCII. */
static void letter_write(FILE *out, const char *text, size_t len)
{
	struct unseen unseen;

	if (unseen_find(&unseen, text, len))
		fprintf(out, "U+%04" PRIX32, unseen.code);
	else
		fwrite(text, 1, len, out);
}

void html_bytes(FILE *out, const char *text, size_t len)
{
	size_t at, next;

	for (at = 0; at < len; at += next) {
		next = 1;
		if ((unsigned char)text[at] >= 0x80)
			next = utf8_length(text + at, len - at);
		if (next > 1)
			letter_write(out, text + at, next);
		else
			byte_write(out, text[at]);
		next += !next;
	}
}

void html_text(FILE *out, const char *text)
{
	if (text)
		html_bytes(out, text, strlen(text));
}

void html_number(FILE *out, int64_t number)
{
	char digits[32];
	size_t len = snprintf(digits, sizeof(digits), "%" PRId64, number), i;

	for (i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0 && digits[i - 1] != '-')
			putc(',', out);
		putc(digits[i], out);
	}
}

void html_size(FILE *out, int64_t bytes)
{
	static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
	double size = bytes;
	size_t unit = 0;

	while (size >= 1000 && unit < 4) {
		size /= 1000;
		unit++;
	}
	fprintf(out, "%.*f&nbsp;%s", unit && size < 10 ? 1 : 0, size,
		units[unit]);
}

void html_time(FILE *out, int64_t when)
{
	char machine[64], people[64];
	time_t seconds = when;
	struct tm utc;

	if (!gmtime_r(&seconds, &utc)) {
		fputs("at no time", out);
		return;
	}
	strftime(machine, sizeof(machine), "%Y-%m-%dT%H:%M:%SZ", &utc);
	strftime(people, sizeof(people), "%Y-%m-%d %H:%M:%S UTC", &utc);
	fprintf(out, "<time datetime=\"%s\">%s</time>", machine, people);
}
