// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "format_cells.h"
#include "format_head.h"

/* Where a cell ends: at a separator, a line end, or behind the text. */
static size_t cell_end(const struct format_head *head, size_t at,
		       char separator)
{
	bool quoted = false;

	for (; at < head->len; at++) {
		char c = head->text[at];

		if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == separator || c == '\n'))
			break;
	}
	return at;
}

static struct csv_field cell_of(const char *text, size_t len)
{
	struct csv_field cell = {text, len};

	if (len && text[len - 1] == '\r')
		cell.len--;
	csv_trim(&cell);
	if (cell.len >= 2 && *cell.text == '"' &&
	    cell.text[cell.len - 1] == '"') {
		cell.text++;
		cell.len -= 2;
		csv_trim(&cell);
	}
	return cell;
}

/* Read one row. Returns whether something is in it. */
static bool row_read(const struct format_head *head, size_t *at, char separator,
		     struct csv_record *row)
{
	bool filled = false;
	struct csv_field cell;
	size_t end;

	row->line = 0;
	row->fields = 0;
	do {
		end = cell_end(head, *at, separator);
		cell = cell_of(head->text + *at, end - *at);
		filled |= cell.len != 0;
		if (row->fields < CSV_FIELDS)
			row->field[row->fields] = cell;
		row->fields++;
		*at = end + 1;
	} while (end < head->len && head->text[end] == separator);
	return filled;
}

bool format_cells_next(const struct format_head *head, size_t *at,
		       char separator, struct csv_record *row)
{
	while (*at < head->len) {
		bool filled = row_read(head, at, separator, row);

		if (*at > head->len && !head->whole)
			return false;
		if (filled)
			return true;
	}
	return false;
}

char format_cells_separator(const struct format_head *head)
{
	const char *all = FORMAT_SEPARATORS, *best = all;
	struct csv_record row;
	unsigned int most = 1;

	for (; *all; all++) {
		size_t at = 0;

		if (format_cells_next(head, &at, *all, &row) &&
		    row.fields > most) {
			most = row.fields;
			best = all;
		}
	}
	return *best;
}
