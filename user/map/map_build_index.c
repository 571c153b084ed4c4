// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "fold.h"
#include "map_build_index.h"
#include "map_build_list.h"

/* A pair of a set: where it is in the set's match, the first of its equals, and
 * of that one how many sets have it, and how many are known by it so far. */
struct list_pair {
	struct map_list_entry *entry;
	const char *text;
	size_t first;
	uint32_t have, known;
	uint16_t len;
};

static size_t pairs_count(const struct map_list *list)
{
	size_t count = list->count, i, j;

	for (i = 0; i < list->count; i++)
		for (j = 0; j < list->entry[i].match_len; j++)
			count += list->bytes[list->entry[i].match + j] == '&';
	return count;
}

static struct list_pair *pairs_list(struct map_list *list, size_t *count)
{
	struct list_pair *pairs, *to;
	size_t i;

	*count = pairs_count(list);
	to = pairs = malloc(*count * sizeof(*pairs));
	for (i = 0; pairs && i < list->count; i++) {
		struct map_list_entry *entry = &list->entry[i];
		const char *at = list->bytes + entry->match;
		const char *end = at + entry->match_len, *next;

		for (; at < end; at = next + 1) {
			next = memchr(at, '&', end - at);
			if (!next)
				next = end;
			*to++ = (struct list_pair){
				.entry = entry, .text = at, .len = next - at};
		}
	}
	return pairs;
}

static int pair_compare(const void *left, const void *right)
{
	const struct list_pair *a = left, *b = right;

	return fold_compare(a->text, a->len, b->text, b->len, false);
}

/* Have each pair say which is the first of its equals. */
static void pairs_group(struct list_pair *pairs, size_t count)
{
	size_t i, first = 0;

	for (i = 0; i < count; i++) {
		if (pair_compare(&pairs[first], &pairs[i]))
			first = i;
		pairs[i].first = first;
		pairs[first].have++;
	}
}

/* Whether a set is to be known by a pair rather than by another one. */
static bool pair_is_better(const struct list_pair *a, const struct list_pair *b)
{
	return a->have != b->have ? a->have < b->have : a->known < b->known;
}

/* The pairs by set: where each is among those that are sorted. */
static size_t *pairs_by_set(const struct map_list *list,
			    const struct list_pair *pairs, size_t count,
			    size_t *end)
{
	size_t *order = malloc(count * sizeof(*order)), i, before = 0, here;

	for (i = 0; i < count; i++)
		end[pairs[i].entry - list->entry]++;
	for (i = 0; i < list->count; i++) {
		here = end[i];
		end[i] = before;
		before += here;
	}
	for (i = 0; order && i < count; i++)
		order[end[pairs[i].entry - list->entry]++] = i;
	return order;
}

/* Have a set be known by the best of these pairs of its. */
static void entry_choose(const struct map_list *list, struct list_pair *pairs,
			 const size_t *order, const size_t *end)
{
	struct list_pair *best = &pairs[pairs[*order].first], *pair;
	struct map_list_entry *entry = pairs[*order].entry;
	const struct list_pair *its = &pairs[*order];

	for (order++; order < end; order++) {
		pair = &pairs[pairs[*order].first];
		if (!pair_is_better(pair, best))
			continue;
		best = pair;
		its = &pairs[*order];
	}
	best->known++;
	entry->index = its->text - (list->bytes + entry->match);
	entry->index_len = its->len;
}

int map_build_index(struct map_list *list)
{
	size_t *end = calloc(list->count, sizeof(*end)), *order = NULL;
	struct list_pair *pairs = NULL;
	size_t count, i, from = 0;
	int err = 0;

	pairs = pairs_list(list, &count);
	if (end && pairs) {
		qsort(pairs, count, sizeof(*pairs), pair_compare);
		pairs_group(pairs, count);
		order = pairs_by_set(list, pairs, count, end);
	}
	if (!order) {
		err = error_sys(-ENOMEM, "cannot compile the map");
		goto out;
	}
	for (i = 0; i < list->count; from = end[i++])
		if (from < end[i])
			entry_choose(list, pairs, order + from, order + end[i]);
out:
	free(order);
	free(pairs);
	free(end);
	return err;
}
