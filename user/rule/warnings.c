// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "findings.h"
#include "warnings.h"

static struct warnings_kind *kind_find(struct warnings *warnings,
				       const char *kind)
{
	struct warnings_kind *found = warnings->kinds;
	size_t i;

	for (i = 0; i < warnings->count; i++, found++)
		if (!strcmp(found->kind, kind))
			return found;
	if (array_grow(&warnings->kinds, &warnings->room, warnings->count + 1,
		       sizeof(*warnings->kinds)))
		return NULL;
	found = &warnings->kinds[warnings->count++];
	*found = (struct warnings_kind){.kind = kind};
	return found;
}

/* Whether one at a position is among the first; then there is room for it, at
 * *place. */
static bool item_insert(struct warnings_kind *kind, unsigned long at,
			struct warnings_item **place)
{
	struct warnings_item *items = kind->items;
	unsigned int i = kind->count;

	while (i && items[i - 1].at > at)
		i--;
	if (i == WARNINGS_KEPT)
		return false;
	if (kind->count == WARNINGS_KEPT)
		free(items[--kind->count].text);
	memmove(items + i + 1, items + i, (kind->count - i) * sizeof(*items));
	kind->count++;
	items[i] = (struct warnings_item){.at = at};
	*place = items + i;
	return true;
}

void warnings_add(struct warnings *warnings, const struct warning *warning,
		  const char *fmt, ...)
{
	struct warnings_kind *kind = kind_find(warnings, warning->kind);
	struct warning whole = *warning;
	struct warnings_item *item = NULL;
	char *text = NULL;
	va_list args;

	warnings->total++;
	if (!kind)
		return;
	kind->total++;
	if (!item_insert(kind, warning->at, &item) && !warnings->each)
		return;
	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	whole.text = text ? text : "out of memory";
	if (warnings->each)
		warnings->each(warnings->arg, &whole);
	if (item)
		item->text = text;
	else
		free(text);
}

void warnings_print(FILE *out, const struct warnings *warnings,
		    const char *file)
{
	struct findings findings = {0};
	unsigned int i;
	size_t n;

	for (n = 0; n < warnings->count; n++) {
		const struct warnings_kind *kind = &warnings->kinds[n];

		for (i = 0; i < kind->count; i++)
			findings_add(&findings, FINDING_WARNING, kind->kind,
				     kind->items[i].at, "%s",
				     kind->items[i].text ? kind->items[i].text
							 : "out of memory");
		if (findings.count)
			findings.kinds[findings.count - 1].total = kind->total;
	}
	findings_print(out, &findings, FINDING_WARNING, warnings->places, file,
		       WARNINGS_KEPT);
	findings_free(&findings);
}

void warnings_free(struct warnings *warnings)
{
	while (warnings->count) {
		struct warnings_kind *kind =
			&warnings->kinds[--warnings->count];

		while (kind->count)
			free(kind->items[--kind->count].text);
	}
	free(warnings->kinds);
	warnings->kinds = NULL;
	warnings->room = warnings->total = 0;
}
