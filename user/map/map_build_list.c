// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "fold.h"
#include "map_build_index.h"
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
		err = map_build_index(list);
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
