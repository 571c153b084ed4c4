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

/* The kind of a message: its field, or the option that would do for all of
 * them. */
static void kind_name(char name[LINE_ERRORS_NAME], const char *text)
{
	const char *option = strstr(text, "; --");
	size_t len = strcspn(text, ":");

	if (option)
		snprintf(name, LINE_ERRORS_NAME, "no --%.*s",
			 (int)strcspn(option + 4, " "), option + 4);
	else if (len < LINE_ERRORS_NAME && text[len])
		snprintf(name, LINE_ERRORS_NAME, "%.*s", (int)len, text);
	else
		strcpy(name, "line");
}

/* The last one has all that is of no kind before it. */
static struct line_errors_kind *kind_find(struct line_errors *errors,
					  const char *text)
{
	struct line_errors_kind *kind = errors->kinds;
	char name[LINE_ERRORS_NAME];
	unsigned int i;

	kind_name(name, text);
	for (i = 0; i < errors->kind_count; i++, kind++)
		if (!strcmp(kind->name, name))
			return kind;
	if (errors->kind_count == LINE_ERRORS_KINDS)
		return kind - 1;
	errors->kind_count++;
	strcpy(kind->name,
	       errors->kind_count < LINE_ERRORS_KINDS ? name : "other");
	return kind;
}

static void kind_add(struct line_errors *errors, unsigned long line,
		     const char *text)
{
	struct line_errors_kind *kind = kind_find(errors, text);

	if (!kind->total || line < kind->first)
		kind->first = line;
	kind->total++;
}

void line_errors_add(struct line_errors *errors, unsigned long line,
		     const char *fmt, ...)
{
	struct line_error *item = item_insert(errors, line);
	char *text = NULL;
	va_list args;

	errors->total++;
	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	kind_add(errors, line, text ? text : "");
	if (item)
		item->text = text;
	else
		free(text);
}

/* What the first hundred may hide. */
static void kinds_print(FILE *out, const struct line_errors *errors,
			const char *file)
{
	const char *sign = ": by kind: ";
	struct places_name name;
	unsigned int i;

	text_print(out, file);
	for (i = 0; i < errors->kind_count; i++) {
		const struct line_errors_kind *kind = &errors->kinds[i];

		fprintf(out, "%s%s %lu from ", sign, kind->name, kind->total);
		text_print(out,
			   places_name(&name, errors->places, kind->first));
		sign = ", ";
	}
	putc('\n', out);
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
	if (errors->total > errors->count && errors->kind_count > 1)
		kinds_print(out, errors, file);
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
