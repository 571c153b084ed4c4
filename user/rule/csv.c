// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "csv.h"
#include "lines.h"
#include "rule_text.h"

/* How far a record is split. Offsets, since its text moves while it grows. */
struct csv_split {
	char separator;
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
	const char *end =
		memchr(begin, split->separator, line->len - split->at);

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
static size_t blanks_end(const struct csv_split *split, const struct line *line,
			 size_t at)
{
	while (at < line->len && line->text[at] != split->separator &&
	       rule_text_blank(line->text[at]))
		at++;
	return at;
}

/* Go on splitting. Returns 1 at the record's end, 0 when a quoted field goes
 * on behind the text, -EINVAL. */
static int split_on(struct csv_split *split, const struct line *line,
		    const char **reason)
{
	for (;;) {
		size_t quote = blanks_end(split, line, split->at);
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
		split->at = blanks_end(split, line, split->at);
		if (split->at == line->len)
			return 1;
		if (line->text[split->at] != split->separator)
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

static void blanks_cut(struct csv_field *field)
{
	for (; field->len && rule_text_blank(*field->text); field->len--)
		field->text++;
	while (field->len && rule_text_blank(field->text[field->len - 1]))
		field->len--;
}

/* NO-BREAK SPACE, FIGURE SPACE, NARROW NO-BREAK SPACE, ZERO WIDTH SPACE, WORD
 * JOINER, BOM. */
static const char unseen[][4] = {"\u00a0", "\u2007", "\u202f",
				 "\u200b", "\u2060", "\ufeff"};

/* The length of the one that a text begins, or ends, with; 0: none. */
static size_t unseen_length(const struct csv_field *field, bool end)
{
	size_t i;

	if (!field->len || !(field->text[end ? field->len - 1 : 0] & 0x80))
		return 0;
	for (i = 0; i < sizeof(unseen) / sizeof(*unseen); i++) {
		size_t n = strlen(unseen[i]);
		size_t at = end ? field->len - n : 0;

		if (n <= field->len && !memcmp(field->text + at, unseen[i], n))
			return n;
	}
	return 0;
}

/* Whether a byte is neither a blank nor of what nobody sees. */
static bool is_seen(char c)
{
	return !(c & 0x80) && !rule_text_blank(c);
}

void csv_trim(struct csv_field *field)
{
	size_t n;

	if (field->len && is_seen(*field->text) &&
	    is_seen(field->text[field->len - 1]))
		return;
	for (blanks_cut(field); (n = unseen_length(field, false));
	     blanks_cut(field)) {
		field->text += n;
		field->len -= n;
	}
	for (; (n = unseen_length(field, true)); blanks_cut(field))
		field->len -= n;
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
		record->field[i] = (struct csv_field){text, len};
		blanks_cut(&record->field[i]);
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

int csv_next(struct lines *lines, char separator, struct csv_record *record,
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
	split.separator = separator;
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
