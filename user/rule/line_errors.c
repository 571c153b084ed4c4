// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "line_errors.h"
#include "places.h"
#include "text.h"

/* Make room at the place of a line. NULL: it is behind all that are kept. */
static struct line_error *item_insert(struct line_errors *errors,
				      unsigned long line)
{
	struct line_error *items = errors->items;
	unsigned int at = errors->count;

	while (at && items[at - 1].line > line)
		at--;
	if (at == LINE_ERRORS_MAX)
		return NULL;
	if (errors->count == LINE_ERRORS_MAX)
		free(items[--errors->count].text);
	memmove(items + at + 1, items + at,
		(errors->count - at) * sizeof(*items));
	errors->count++;
	items[at] = (struct line_error){.line = line};
	return items + at;
}

void line_errors_add(struct line_errors *errors, unsigned long line,
		     const char *fmt, ...)
{
	struct line_error *item = item_insert(errors, line);
	va_list args;

	errors->total++;
	if (!item)
		return;
	va_start(args, fmt);
	if (vasprintf(&item->text, fmt, args) < 0)
		item->text = NULL;
	va_end(args);
}

void line_errors_print(FILE *out, const struct line_errors *errors,
		       const char *file, const char *noun)
{
	unsigned int i;

	for (i = 0; i < errors->count; i++) {
		const struct line_error *item = &errors->items[i];

		places_print(out, errors->places, item->line, file);
		text_print(out, item->text ? item->text : "out of memory");
		putc('\n', out);
	}
	if (errors->total > errors->count)
		fprintf(out, "... and %lu more\n",
			errors->total - errors->count);
	if (errors->total) {
		text_print(out, file);
		fputs(": ", out);
		text_count(out, errors->total, noun);
		putc('\n', out);
	}
}

void line_errors_free(struct line_errors *errors)
{
	while (errors->count)
		free(errors->items[--errors->count].text);
}
