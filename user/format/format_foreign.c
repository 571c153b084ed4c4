// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "format_cells.h"
#include "format_foreign.h"
#include "format_head.h"

enum { FOREIGN_ROWS = 20, WIDE_LOOK = 64 };

static bool begins(const struct format_head *head, const char *text, size_t len)
{
	return head->len >= len && !memcmp(head->text, text, len);
}

/* Whether every second byte of the beginning is a NUL, from one on. */
static bool is_wide(const struct format_head *head, size_t from)
{
	size_t i;

	if (head->len < 4)
		return false;
	for (i = from; i < head->len && i < WIDE_LOOK; i += 2)
		if (head->text[i] || !head->text[i ^ 1])
			return false;
	return true;
}

static bool is_cr(const struct format_head *head)
{
	const char *cr = memchr(head->text, '\r', head->len);

	return cr && !memchr(head->text, '\n', head->len) &&
	       cr + 1 < head->text + head->len;
}

const char *format_foreign(const struct format_head *head)
{
	if (begins(head, "PK\3\4", 4))
		return "a spreadsheet's own file (.xlsx, .ods) or another archive; save it as \"CSV UTF-8\"";
	if (begins(head, "\xd0\xcf\x11\xe0", 4))
		return "a spreadsheet's own file (.xls); save it as \"CSV UTF-8\"";
	if (is_wide(head, 1))
		return "UTF-16 without its mark; iconv -f UTF-16LE -t UTF-8 makes it UTF-8";
	if (is_wide(head, 0))
		return "UTF-16 without its mark; iconv -f UTF-16BE -t UTF-8 makes it UTF-8";
	if (is_cr(head))
		return "its lines end in CR alone; tr '\\r' '\\n' makes them lines";
	return NULL;
}

static bool is_address(const struct csv_field *cell)
{
	return cell->len && !memchr(cell->text, ' ', cell->len) &&
	       (*cell->text == '/' || memmem(cell->text, cell->len, "://", 3));
}

/* A third word parted by a tab may be the code of a rule. */
static bool is_row(const struct csv_record *row, char separator)
{
	return row->fields >= 2 && (separator != '\t' || row->fields == 2) &&
	       is_address(&row->field[0]) && is_address(&row->field[1]);
}

bool format_foreign_table(const struct format_head *head)
{
	char separator = format_cells_separator(head);
	struct csv_record row;
	unsigned int rows = 0;
	size_t at = 0;

	while (rows < FOREIGN_ROWS &&
	       format_cells_next(head, &at, separator, &row)) {
		if (!is_row(&row, separator))
			return false;
		rows++;
	}
	return rows != 0;
}
