// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "source_set.h"

static int source_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void source_set_sort(struct source_set *set)
{
	size_t i, kept = 0;

	if (set->count)
		qsort(set->source, set->count, sizeof(*set->source),
		      source_order);
	for (i = 0; i < set->count; i++) {
		if (kept && !strcmp(set->source[kept - 1], set->source[i]))
			free(set->source[i]);
		else
			set->source[kept++] = set->source[i];
	}
	set->count = kept;
}

int source_set_add(struct source_set *set, const char *source, size_t len)
{
	char *copy;

	if (set->full)
		return 0;
	if (set->count == SOURCE_SET_MAX)
		source_set_sort(set);
	if (set->count == SOURCE_SET_MAX) {
		set->full = true;
		return 0;
	}
	copy = strndup(source, len);
	if (!copy || array_grow(&set->source, &set->room, set->count + 1,
				sizeof(*set->source))) {
		free(copy);
		return error_sys(-ENOMEM, "cannot note a source");
	}
	set->source[set->count++] = copy;
	return 0;
}

void source_set_free(struct source_set *set)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		free(set->source[i]);
	free(set->source);
	*set = (struct source_set){0};
}
