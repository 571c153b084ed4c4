// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "fold.h"
#include "map_build_list.h"
#include "map_build_rule.h"
#include "map_listed.h"

static int no_memory(void)
{
	return error_sys(-ENOMEM, "cannot compile the map");
}

static int half_fill(struct map_list *list, struct map_list_half *half,
		     const struct map_rule *rule, const struct map_parts *parts)
{
	size_t len = map_parts_size(parts);

	if (array_grow(&list->bytes, &list->bytes_room, list->used + len, 1))
		return no_memory();
	map_parts_write((uint8_t *)list->bytes + list->used, parts);
	*half = (struct map_list_half){*rule, list->used, len};
	list->used += len;
	return 0;
}

int map_list_add(struct map_list *list, const struct map_rule *rule,
		 const struct map_parts *parts)
{
	struct map_list_entry *entry;

	if (array_grow(&list->entry, &list->room, list->count + 1,
		       sizeof(*list->entry)))
		return no_memory();
	entry = &list->entry[list->count];
	*entry = (struct map_list_entry){.both = false};
	if (half_fill(list, &entry->half[0], rule, parts))
		return -ENOMEM;
	entry->match_len = parts->match_len;
	entry->written_len = parts->written_len;
	entry->written = list->used - parts->written_len;
	entry->match = entry->written - parts->match_len;
	list->count++;
	return 0;
}

int map_list_second(struct map_list *list, const struct map_rule *rule,
		    const struct map_parts *parts)
{
	struct map_list_entry *entry = &list->entry[list->count - 1];

	entry->both = true;
	entry->half[0].rule.flags |= MAP_RULE_BOTH;
	return half_fill(list, &entry->half[1], rule, parts);
}

static void listed_of(struct map_listed *listed, const struct map_list *list,
		      const struct map_list_entry *entry)
{
	listed->flags = entry->half[0].rule.flags;
	listed->written = list->bytes + entry->written;
	listed->written_len = entry->written_len;
}

static int order_compare(const struct map_list *list,
			 const struct map_list_entry *a,
			 const struct map_list_entry *b)
{
	struct map_listed left, right;

	listed_of(&left, list, a);
	listed_of(&right, list, b);
	return map_listed_order(&left, &right);
}

static int entry_give(const struct map_list *list,
		      const struct map_list_entry *entry, const char *key,
		      size_t key_len, uint32_t number, map_list_fn *fn,
		      void *arg)
{
	struct map_list_half half;
	int err = 0, halves = entry->both ? 2 : 1, i;

	if (number > MAP_LISTED_MAX)
		return error_set(
			-EFBIG,
			"cannot compile the map: more than %d sets of pairs of one path have %.*s",
			MAP_LISTED_MAX, entry->index_len,
			list->bytes + entry->match + entry->index);
	for (i = 0; i < halves && !err; i++) {
		half = entry->half[i];
		half.rule.shorter = number;
		half.rule.key_len = key_len;
		err = fn(arg, &half, i ? MAP_KIND_SECOND : 0, key, key_len,
			 list->bytes + half.body);
	}
	return err;
}

static void list_clear(struct map_list *list)
{
	list->count = list->used = list->path_len = 0;
}

/* Those without a final '*' come first. */
static int patterns_compare(const void *left, const void *right, void *arg)
{
	const struct map_list_entry *a = left, *b = right;
	int rest = !!(a->half[0].rule.flags & MAP_RULE_PREFIX) -
		   !!(b->half[0].rule.flags & MAP_RULE_PREFIX);

	return rest ? rest : order_compare(arg, a, b);
}

int map_list_patterns(struct map_list *list, map_list_fn *fn, void *arg)
{
	int err = 0;
	size_t i;

	if (list->count)
		qsort_r(list->entry, list->count, sizeof(*list->entry),
			patterns_compare, list);
	for (i = 0; i < list->count && !err; i++)
		err = entry_give(list, &list->entry[i], "", 0, i, fn, arg);
	list_clear(list);
	return err;
}

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

/* Have each set be known by the pair that the fewest have; of those, by the one
 * by which the fewest are known so far. */
static int index_choose(struct map_list *list)
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
		err = no_memory();
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

static int index_compare(const struct map_list *list,
			 const struct map_list_entry *a,
			 const struct map_list_entry *b)
{
	return fold_compare(list->bytes + a->match + a->index, a->index_len,
			    list->bytes + b->match + b->index, b->index_len,
			    false);
}

static int sets_compare(const void *left, const void *right, void *arg)
{
	int order = index_compare(arg, left, right);

	return order ? order : order_compare(arg, left, right);
}

static int set_give(struct map_list *list, const struct map_list_entry *entry,
		    uint32_t number, map_list_fn *fn, void *arg)
{
	char key[2 * LIMIT_PATH];
	size_t len = list->path_len + entry->index_len;

	memcpy(key, list->path, list->path_len);
	memcpy(key + list->path_len, list->bytes + entry->match + entry->index,
	       entry->index_len);
	return entry_give(list, entry, key, len, number, fn, arg);
}

int map_list_pairs(struct map_list *list, map_list_fn *fn, void *arg)
{
	uint32_t number = 0;
	int err = 0;
	size_t i;

	if (list->count)
		err = index_choose(list);
	if (!err && list->count)
		qsort_r(list->entry, list->count, sizeof(*list->entry),
			sets_compare, list);
	for (i = 0; i < list->count && !err; i++) {
		const struct map_list_entry *entry = &list->entry[i];

		number = i && !index_compare(list, entry - 1, entry)
				 ? number + 1
				 : 0;
		err = set_give(list, entry, number, fn, arg);
	}
	list_clear(list);
	return err;
}

void map_list_free(struct map_list *list)
{
	free(list->entry);
	free(list->bytes);
}
