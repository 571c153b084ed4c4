// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "line_errors.h"
#include "places.h"
#include "text.h"

/* Make room at the place of a line among the first most. NULL: it is behind all
 * that are kept. */
static struct line_error *item_insert(struct line_error *items,
				      unsigned int *count, unsigned int most,
				      unsigned long line)
{
	unsigned int at = *count;

	while (at && items[at - 1].line > line)
		at--;
	if (at == most)
		return NULL;
	if (*count == most)
		free(items[--*count].text);
	memmove(items + at + 1, items + at, (*count - at) * sizeof(*items));
	++*count;
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

static struct line_errors_kind *kind_find(struct line_errors *errors,
					  const char *text)
{
	struct line_errors_kind *kind = errors->kinds;
	char name[LINE_ERRORS_NAME];
	size_t i;

	kind_name(name, text);
	for (i = 0; i < errors->kind_count; i++, kind++)
		if (!strcmp(kind->name, name))
			return kind;
	if (array_grow(&errors->kinds, &errors->kind_room,
		       errors->kind_count + 1, sizeof(*errors->kinds)))
		return NULL;
	kind = &errors->kinds[errors->kind_count++];
	*kind = (struct line_errors_kind){.total = 0};
	strcpy(kind->name, name);
	return kind;
}

static void kind_add(struct line_errors *errors, unsigned long line,
		     const char *text)
{
	struct line_errors_kind *kind = kind_find(errors, text);
	struct line_error *item;

	if (!kind)
		return;
	kind->total++;
	item = item_insert(kind->items, &kind->count, LINE_ERRORS_KIND, line);
	if (item)
		item->text = strdup(text);
}

void line_errors_add(struct line_errors *errors, unsigned long line,
		     const char *fmt, ...)
{
	struct line_error *item = item_insert(errors->items, &errors->count,
					      LINE_ERRORS_MAX, line);
	char *text = NULL;
	va_list args;

	errors->total++;
	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	kind_add(errors, line, text ? text : "line: out of memory");
	if (item)
		item->text = text;
	else
		free(text);
}

/* Whether the first of each kind say more than the first of all. */
static bool by_kind(const struct line_errors *errors)
{
	return errors->total > errors->count && errors->kind_count > 1;
}

void line_errors_each(const struct line_errors *errors, line_errors_fn *each,
		      line_errors_more_fn *more, void *arg)
{
	size_t n;
	unsigned int i;

	if (!by_kind(errors)) {
		for (i = 0; i < errors->count; i++)
			each(arg, &errors->items[i]);
		if (errors->total > errors->count)
			more(arg, NULL, errors->total - errors->count);
		return;
	}
	for (n = 0; n < errors->kind_count; n++) {
		const struct line_errors_kind *kind = &errors->kinds[n];

		for (i = 0; i < kind->count; i++)
			each(arg, &kind->items[i]);
		if (kind->total > kind->count)
			more(arg, kind->name, kind->total - kind->count);
	}
}

/* What line_errors_print() prints to, and of what. */
struct print {
	FILE *out;
	const struct places *places;
	const char *file;
};

static void item_print(void *arg, const struct line_error *item)
{
	const struct print *print = arg;

	places_print(print->out, print->places, item->line, print->file);
	text_print(print->out, item->text ? item->text : "out of memory");
	putc('\n', print->out);
}

static void more_print(void *arg, const char *kind, unsigned long count)
{
	const struct print *print = arg;

	fprintf(print->out, "... and %lu more%s%s\n", count, kind ? ": " : "",
		kind ? kind : "");
}

static void totals_print(FILE *out, const struct line_errors *errors)
{
	const char *sign = " (";
	size_t i;

	for (i = 0; i < errors->kind_count; i++) {
		fprintf(out, "%s%s: %lu", sign, errors->kinds[i].name,
			errors->kinds[i].total);
		sign = ", ";
	}
	putc(')', out);
}

void line_errors_print(FILE *out, const struct line_errors *errors,
		       const char *file, const char *noun)
{
	struct print print = {out, errors->places, file};

	line_errors_each(errors, item_print, more_print, &print);
	if (!errors->total)
		return;
	text_print(out, file);
	fputs(": ", out);
	text_count(out, errors->total, noun);
	if (by_kind(errors))
		totals_print(out, errors);
	putc('\n', out);
}

void line_errors_free(struct line_errors *errors)
{
	while (errors->count)
		free(errors->items[--errors->count].text);
	while (errors->kind_count) {
		struct line_errors_kind *kind =
			&errors->kinds[--errors->kind_count];

		while (kind->count)
			free(kind->items[--kind->count].text);
	}
	free(errors->kinds);
	errors->kinds = NULL;
	errors->kind_room = 0;
}
