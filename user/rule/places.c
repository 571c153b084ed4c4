// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "places.h"
#include "text.h"

long places_file(struct places *places, const char *name)
{
	size_t i;

	for (i = 0; i < places->file_count; i++)
		if (!strcmp(places->files[i], name))
			return i;
	if (array_grow(&places->files, &places->file_room, i + 1,
		       sizeof(*places->files)))
		return error_sys(-ENOMEM, "cannot read %s", name);
	places->files[i] = strdup(name);
	if (!places->files[i])
		return error_sys(-ENOMEM, "cannot read %s", name);
	places->file_count++;
	return i;
}

unsigned long places_at(struct places *places, size_t file, unsigned long line)
{
	struct places_run *run = NULL;
	unsigned long next = line;

	if (places->count) {
		run = &places->runs[places->count - 1];
		next = run->last + 1;
	}
	if (run && run->file == file && line >= run->line) {
		unsigned long at = run->first + (line - run->line);

		if (at > run->last)
			run->last = at;
		return at;
	}
	if (array_grow(&places->runs, &places->room, places->count + 1,
		       sizeof(*places->runs)))
		return 0;
	places->runs[places->count++] = (struct places_run){
		.first = next, .last = next, .line = line, .file = file};
	return next;
}

/* The run that a position belongs to: the last that does not begin behind
 * it. */
static const struct places_run *run_find(const struct places *places,
					 unsigned long at)
{
	size_t low = 0, high = places->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (places->runs[middle].first <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &places->runs[low - 1] : NULL;
}

const char *places_of(const struct places *places, unsigned long at,
		      const char *fallback, unsigned long *line)
{
	const struct places_run *run = places ? run_find(places, at) : NULL;

	*line = run ? run->line + (at - run->first) : at;
	if (run)
		return places->files[run->file];
	return places && places->file_count ? places->files[0] : fallback;
}

const char *places_name(struct places_name *name, const struct places *places,
			unsigned long at)
{
	unsigned long line;
	const char *file = places_of(places, at, "", &line);

	if (!places || !places->file_count || file == places->files[0])
		snprintf(name->text, sizeof(name->text), "line %lu", line);
	else
		snprintf(name->text, sizeof(name->text), "%s:%lu", file, line);
	return name->text;
}

void places_print(FILE *out, const struct places *places, unsigned long at,
		  const char *fallback)
{
	unsigned long line;
	const char *file = places_of(places, at, fallback, &line);

	text_print(out, file);
	fprintf(out, ":%lu: ", line);
}

void places_free(struct places *places)
{
	while (places->file_count)
		free(places->files[--places->file_count]);
	free(places->files);
	free(places->runs);
	*places = (struct places){0};
}
