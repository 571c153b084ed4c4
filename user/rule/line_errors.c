// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "line_errors.h"
#include "text.h"

/* Make room at the place of a line. NULL: it is behind all that are kept. */
static struct report_item *item_insert(struct report *report,
				       unsigned long line)
{
	struct report_item *items = report->items;
	unsigned int at = report->count;

	while (at && items[at - 1].line > line)
		at--;
	if (at == REPORT_MAX)
		return NULL;
	if (report->count == REPORT_MAX)
		free(items[--report->count].text);
	memmove(items + at + 1, items + at,
		(report->count - at) * sizeof(*items));
	report->count++;
	items[at] = (struct report_item){.line = line};
	return items + at;
}

void report_add(struct report *report, unsigned long line, const char *fmt, ...)
{
	struct report_item *item = item_insert(report, line);
	va_list args;

	report->total++;
	if (!item)
		return;
	va_start(args, fmt);
	if (vasprintf(&item->text, fmt, args) < 0)
		item->text = NULL;
	va_end(args);
}

void report_print(FILE *out, const struct report *report, const char *file,
		  const char *noun)
{
	unsigned int i;

	for (i = 0; i < report->count; i++) {
		const struct report_item *item = &report->items[i];

		text_print(out, file);
		fprintf(out, ":%lu: ", item->line);
		text_print(out, item->text ? item->text : "out of memory");
		putc('\n', out);
	}
	if (report->total > report->count)
		fprintf(out, "... and %lu more\n",
			report->total - report->count);
	if (report->total) {
		text_print(out, file);
		fputs(": ", out);
		text_count(out, report->total, noun);
		putc('\n', out);
	}
}

void report_free(struct report *report)
{
	while (report->count)
		free(report->items[--report->count].text);
}
