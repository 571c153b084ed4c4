// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "csv.h"
#include "format.h"
#include "format_cells.h"
#include "format_cloudflare.h"
#include "format_cloudflare_row.h"
#include "format_cloudflare_write.h"
#include "format_file.h"
#include "format_head.h"
#include "format_read.h"
#include "rule_change.h"
#include "rule_url.h"

/* The names of the API. */
static const char *const names[] = {
	[CLOUDFLARE_SOURCE] = "source_url",
	[CLOUDFLARE_TARGET] = "target_url",
	[CLOUDFLARE_CODE] = "status_code",
	[CLOUDFLARE_QUERY] = "preserve_query_string",
	[CLOUDFLARE_SUBDOMAINS] = "include_subdomains",
	[CLOUDFLARE_SUBPATH] = "subpath_matching",
	[CLOUDFLARE_SUFFIX] = "preserve_path_suffix",
};

/* Where each column stands; -1: nowhere. */
struct columns {
	int at[CLOUDFLARE_COLUMNS];
};

static struct rule_field cell_of(const struct columns *columns,
				 const struct csv_record *row, unsigned int i)
{
	int at = columns->at[i];

	struct csv_field cell;

	if (at < 0 || (unsigned int)at >= row->fields)
		return (struct rule_field){"", 0};
	cell = row->field[at];
	csv_trim(&cell);
	return (struct rule_field){cell.text, cell.len};
}

static void columns_begin(struct columns *columns)
{
	unsigned int i;

	for (i = 0; i < CLOUDFLARE_COLUMNS; i++)
		columns->at[i] = i;
}

/* Whether a cell is a name, or is it as people write it: "Source URL". */
static bool name_is(const struct csv_field *cell, const char *name)
{
	size_t i;

	for (i = 0; i < cell->len; i++) {
		if (memchr(" _-", cell->text[i], 3))
			continue;
		name += *name == '_';
		if (!*name || strncasecmp(name++, cell->text + i, 1))
			return false;
	}
	return !*name;
}

/* Take a header row. Returns how many names it has that a usual table has not;
 * 0 for one that is none. */
static unsigned int header_take(struct columns *columns,
				const struct csv_record *row)
{
	unsigned int i, k, flags = 0;

	for (i = 0; i < CLOUDFLARE_COLUMNS; i++) {
		columns->at[i] = -1;
		for (k = 0; k < row->fields && k < CSV_FIELDS; k++)
			if (name_is(&row->field[k], names[i]) ||
			    (i == CLOUDFLARE_CODE &&
			     name_is(&row->field[k], "status")))
				columns->at[i] = k;
		flags += i >= CLOUDFLARE_QUERY && columns->at[i] >= 0;
	}
	if (columns->at[CLOUDFLARE_SOURCE] < 0 ||
	    columns->at[CLOUDFLARE_TARGET] < 0)
		return 0;
	return flags + 1;
}

/* Whether nothing stands in a row from a column on. */
static bool row_is_empty(const struct csv_record *row, unsigned int from)
{
	for (; from < row->fields && from < CSV_FIELDS; from++)
		if (row->field[from].len)
			return false;
	return row->fields <= CSV_FIELDS;
}

static int row_read(struct format_read *read, unsigned long at,
		    const struct columns *columns, const struct csv_record *row,
		    struct cloudflare_told *told)
{
	struct rule_field cells[CLOUDFLARE_COLUMNS];
	unsigned int i;

	if (row_is_empty(row, 0))
		return 0;
	if (columns->at[CLOUDFLARE_SUFFIX] == CLOUDFLARE_SUFFIX &&
	    !row_is_empty(row, CLOUDFLARE_COLUMNS)) {
		format_error(read, at, "line", "%u fields; Cloudflare has %d",
			     row->fields, CLOUDFLARE_COLUMNS);
		return 0;
	}
	for (i = 0; i < CLOUDFLARE_COLUMNS; i++)
		cells[i] = cell_of(columns, row, i);
	return cloudflare_row_give(read, at, cells, told);
}

static int cloudflare_read(struct format_read *read, struct format_file *file)
{
	struct cloudflare_told told = {0};
	struct columns columns, header;
	struct csv_record record;
	const char *reason;
	bool first = true;
	int err = 0, got;

	read->keys = RULE_QUERY | RULE_SCHEME;
	columns_begin(&columns);
	while (!err && (got = csv_next(file->lines, ',', &record, &reason))) {
		unsigned long at = format_at_line(read, file, record.line);

		if (got == -EINVAL)
			format_error(read, at, "line", "%s", reason);
		else if (got < 0)
			err = got;
		else if (first && header_take(&header, &record))
			columns = header;
		else
			err = row_read(read, at, &columns, &record, &told);
		first = false;
	}
	return err;
}

static bool source_like(const struct csv_field *cell)
{
	size_t scheme = rule_url_scheme(cell->text, cell->len);
	const char *host = cell->text + scheme;
	size_t len = cell->len - scheme;
	const char *slash = memchr(host, '/', len);

	return memchr(host, '.', slash ? (size_t)(slash - host) : len) &&
	       !memchr(host, ' ', len);
}

static bool code_like(const struct csv_field *cell)
{
	return !cell->len || (cell->len == 3 && *cell->text == '3');
}

/* Whether a row is one, and adds to *flags how many of its cells say so. */
static bool row_is(const struct csv_record *row, unsigned int *flags)
{
	unsigned int i;

	if (row->fields < 2 || !row_is_empty(row, CLOUDFLARE_COLUMNS) ||
	    !source_like(&row->field[0]) ||
	    !memmem(row->field[1].text, row->field[1].len, "://", 3) ||
	    (row->fields > 2 && !code_like(&row->field[2])))
		return false;
	for (i = 3; i < CLOUDFLARE_COLUMNS && i < row->fields; i++) {
		struct rule_field cell = {row->field[i].text,
					  row->field[i].len};

		if (cloudflare_flag(&cell) < 0)
			return false;
		*flags += cell.len > 1;
	}
	return true;
}

/* Of four rows three are like it at least, and one of them has TRUE or FALSE; or
 * it has a header row with the API's names. */
static bool cloudflare_is(const struct format_head *head)
{
	unsigned int flags = 0, rows = 0, good = 0;
	struct columns header;
	struct csv_record row;
	size_t at = 0;

	while (format_cells_next(head, &at, ',', &row)) {
		if (!rows++ && header_take(&header, &row) > 1)
			return true;
		good += row_is(&row, &flags);
	}
	return flags && good >= rows - rows / 4;
}

const struct format format_cloudflare = {
	.name = "cloudflare",
	.about = "the CSV file of Cloudflare's Bulk Redirects",
	.is = cloudflare_is,
	.read = cloudflare_read,
	.writer = &format_cloudflare_writer,
};
