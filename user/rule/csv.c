// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "csv.h"
#include "lines.h"
#include "rule_text.h"

/* How far a record is split. Offsets, since its text moves while it grows. */
struct csv_split {
	size_t at;
	size_t begin; /* of the field, behind its quote */
	bool quoted;  /* at is within a quoted field */
	unsigned int fields;
	struct {
		size_t begin, len;
		bool doubled; /* holds doubled quotes */
	} field[CSV_FIELDS];
	bool doubled;
};

static int refuse(const char **reason, const char *text)
{
	*reason = text;
	return -EINVAL;
}

static void split_field(struct csv_split *split, size_t end)
{
	unsigned int n = split->fields++;

	if (n >= CSV_FIELDS)
		return;
	split->field[n].begin = split->begin;
	split->field[n].len = end - split->begin;
	split->field[n].doubled = split->doubled;
}

/* Find a quoted field's end. Returns 1, or 0 when the text ends before. */
static int split_quoted(struct csv_split *split, const struct line *line)
{
	const char *end = line->text + line->len, *quote;

	for (;;) {
		quote = memchr(line->text + split->at, '"',
			       line->len - split->at);
		if (!quote) {
			split->at = line->len;
			return 0;
		}
		split->at = quote + 1 - line->text;
		if (quote + 1 == end || quote[1] != '"')
			break;
		split->doubled = true;
		split->at++;
	}
	split->quoted = false;
	split_field(split, split->at - 1);
	return 1;
}

static int split_plain(struct csv_split *split, const struct line *line,
		       const char **reason)
{
	const char *begin = line->text + split->at;
	const char *end = memchr(begin, ',', line->len - split->at);

	if (!end)
		end = line->text + line->len;
	if (memchr(begin, '"', end - begin))
		return refuse(reason, "a quote in a field without quotes");
	split->doubled = false;
	split->begin = split->at;
	split->at = end - line->text;
	split_field(split, split->at);
	return 1;
}

/* Where what is no blank begins behind an offset. */
static size_t blanks_end(const struct line *line, size_t at)
{
	while (at < line->len && rule_text_blank(line->text[at]))
		at++;
	return at;
}

/* Go on splitting. Returns 1 at the record's end, 0 when a quoted field goes
 * on behind the text, -EINVAL. */
static int split_on(struct csv_split *split, const struct line *line,
		    const char **reason)
{
	for (;;) {
		size_t quote = blanks_end(line, split->at);
		int got;

		if (!split->quoted && quote < line->len &&
		    line->text[quote] == '"') {
			split->quoted = true;
			split->doubled = false;
			split->begin = split->at = quote + 1;
		}
		got = split->quoted ? split_quoted(split, line)
				    : split_plain(split, line, reason);
		if (got <= 0)
			return got;
		split->at = blanks_end(line, split->at);
		if (split->at == line->len)
			return 1;
		if (line->text[split->at] != ',')
			return refuse(reason, "text behind a closing quote");
		split->at++;
	}
}

/* Make one quote of each two, in place. Returns the new length. */
static size_t field_unquote(char *text, size_t len)
{
	size_t in, out = 0;

	for (in = 0; in < len; in++) {
		text[out++] = text[in];
		if (text[in] == '"')
			in++;
	}
	return out;
}

static void record_fill(struct csv_record *record, struct csv_split *split,
			const struct line *line)
{
	unsigned int i;

	record->fields = split->fields;
	for (i = 0; i < split->fields && i < CSV_FIELDS; i++) {
		char *text = line->text + split->field[i].begin;
		size_t len = split->field[i].len;

		if (split->field[i].doubled)
			len = field_unquote(text, len);
		for (; len && rule_text_blank(*text); len--)
			text++;
		while (len && rule_text_blank(text[len - 1]))
			len--;
		record->field[i].text = text;
		record->field[i].len = len;
	}
}

/* Split the record that begins with a line, whatever it goes over. */
static int record_read(struct lines *lines, struct csv_split *split,
		       struct line *line, const char **reason)
{
	int got;

	for (;;) {
		got = split_on(split, line, reason);
		if (got)
			break;
		got = lines_more(lines, line, reason);
		if (got <= 0)
			break;
	}
	if (!got)
		got = refuse(reason, "a quoted field without its end");
	return got;
}

int csv_next(struct lines *lines, struct csv_record *record,
	     const char **reason)
{
	struct csv_split split;
	struct line line;
	int got;

	do {
		got = lines_next(lines, &line, reason);
		record->line = line.number;
		if (got <= 0)
			return got;
	} while (!line.len);
	split.at = split.begin = 0;
	split.fields = 0;
	split.quoted = split.doubled = false;
	got = record_read(lines, &split, &line, reason);
	if (got == -EINVAL)
		lines_back(lines, &line);
	if (got > 0)
		record_fill(record, &split, &line);
	return got;
}

void csv_print(FILE *out, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (strchr(",\"\r\n", text[i]))
			break;
	if (i == len) {
		fwrite(text, 1, len, out);
		return;
	}
	putc('"', out);
	for (i = 0; i < len; i++) {
		if (text[i] == '"')
			putc('"', out);
		putc(text[i], out);
	}
	putc('"', out);
}
