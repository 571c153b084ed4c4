// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "findings.h"
#include "places.h"
#include "text.h"

static struct findings_kind *
kind_find(struct findings *findings, enum finding_class class, const char *kind)
{
	struct findings_kind *found = findings->kinds;
	size_t i;

	for (i = 0; i < findings->count; i++, found++)
		if (found->class == class && !strcmp(found->kind, kind))
			return found;
	if (array_grow(&findings->kinds, &findings->room, findings->count + 1,
		       sizeof(*findings->kinds)))
		return NULL;
	found = &findings->kinds[findings->count++];
	*found = (struct findings_kind){.class = class, .kind = kind};
	return found;
}

/* Whether the same is told of a line already: maps are read for each use. */
static bool is_there(const struct findings_kind *kind, unsigned long at,
		     const char *text)
{
	size_t i;

	for (i = kind->count; i-- && at;)
		if (kind->items[i].at == at && kind->items[i].text &&
		    !strcmp(kind->items[i].text, text))
			return true;
	return false;
}

void findings_add(struct findings *findings, enum finding_class class,
		  const char *kind, unsigned long at, const char *fmt, ...)
{
	struct findings_kind *to = kind_find(findings, class, kind);
	va_list args;
	char *text;

	if (!to)
		return;
	if (to->count == FINDINGS_KEPT ||
	    array_grow(&to->items, &to->room, to->count + 1,
		       sizeof(*to->items))) {
		to->total++;
		return;
	}
	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	if (text && is_there(to, at, text)) {
		free(text);
		return;
	}
	to->total++;
	to->items[to->count++] = (struct finding){at, text};
}

unsigned long findings_total(const struct findings *findings,
			     enum finding_class class)
{
	unsigned long total = 0;
	size_t i;

	for (i = 0; i < findings->count; i++)
		if (findings->kinds[i].class == class)
			total += findings->kinds[i].total;
	return total;
}

static void kind_print(FILE *out, const struct findings_kind *kind,
		       const struct places *places, const char *file,
		       unsigned long most)
{
	size_t i;

	for (i = 0; i < kind->count && i < most; i++) {
		const struct finding *item = &kind->items[i];

		if (item->at) {
			places_print(out, places, item->at, file);
		} else {
			text_print(out, file);
			fputs(": ", out);
		}
		fprintf(out, "%s: ", kind->kind);
		text_print(out, item->text ? item->text : "out of memory");
		putc('\n', out);
	}
	if (kind->total > i)
		fprintf(out, "... and %lu more: %s\n", kind->total - i,
			kind->kind);
}

static const char *class_text(enum finding_class class)
{
	switch (class) {
	case FINDING_CANNOT:
		return "cannot be said";
	case FINDING_DIFFERS:
		return "answered otherwise";
	case FINDING_LEFT_OUT:
		return "left out";
	default:
		return "warned of";
	}
}

static void totals_print(FILE *out, const struct findings *findings,
			 enum finding_class class, const char *file)
{
	const char *sign = " (";
	size_t i;

	text_print(out, file);
	fprintf(out, ": %lu %s", findings_total(findings, class),
		class_text(class));
	for (i = 0; i < findings->count; i++) {
		const struct findings_kind *kind = &findings->kinds[i];

		if (kind->class != class)
			continue;
		fprintf(out, "%s%s: %lu", sign, kind->kind, kind->total);
		sign = ", ";
	}
	fputs(")\n", out);
}

void findings_print(FILE *out, const struct findings *findings,
		    enum finding_class class, const struct places *places,
		    const char *file, unsigned long most)
{
	size_t i;

	for (i = 0; i < findings->count; i++)
		if (findings->kinds[i].class == class)
			kind_print(out, &findings->kinds[i], places, file,
				   most);
	if (findings_total(findings, class))
		totals_print(out, findings, class, file);
}

void findings_free(struct findings *findings)
{
	size_t i;

	for (i = 0; i < findings->count; i++) {
		struct findings_kind *kind = &findings->kinds[i];

		while (kind->count)
			free(kind->items[--kind->count].text);
		free(kind->items);
	}
	free(findings->kinds);
	*findings = (struct findings){0};
}
