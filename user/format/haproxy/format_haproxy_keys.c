// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "format_haproxy_keys.h"
#include "format_haproxy_list.h"
#include "format_haproxy_model.h"
#include "format_haproxy_pattern.h"
#include "format_haproxy_step.h"
#include "format_read.h"

/* Longer keys first; of equal ones the first. */
static int key_compare(const void *a, const void *b)
{
	const struct haproxy_key *one = a, *two = b;
	size_t one_len = strlen(one->region.path);
	size_t two_len = strlen(two->region.path);

	if (one_len != two_len)
		return one_len < two_len ? 1 : -1;
	return one->at < two->at ? -1 : one->at > two->at;
}

/* The keys that one line is, mostly one. */
static int key_add(struct haproxy *haproxy, struct haproxy_step *step,
		   const struct haproxy_entry *entry, struct haproxy_set *set,
		   size_t *room)
{
	const struct haproxy_expr *map = step->action.map;
	struct haproxy_test test = {map, map->map_match, false};
	int err;
	size_t i;

	if (!*entry->value && step->action.ignore_empty) {
		format_left_out(haproxy->read, entry->at, "not a redirect",
				"%s: no value", entry->key);
		return 0;
	}
	set->count = 0;
	set->told = false;
	err = haproxy_pattern(haproxy, set, &test, entry->key, entry->at);
	if (err)
		return err;
	if (!set->count && !set->why && !set->told)
		format_left_out(haproxy->read, entry->at, "never matches",
				"%s: no request has this key", entry->key);
	for (i = 0; i < set->count; i++) {
		if (step->key_count == *room) {
			size_t more = *room ? *room * 2 : 256;
			struct haproxy_key *keys = format_pool_take(
				&haproxy->pool, more * sizeof(*keys));

			if (!keys)
				return -ENOMEM;
			if (*room)
				memcpy(keys, step->keys, *room * sizeof(*keys));
			step->keys = keys;
			*room = more;
		}
		step->keys[step->key_count++] = (struct haproxy_key){
			set->regions[i], entry->value, entry->at, 0, false};
	}
	return 0;
}

int haproxy_keys(struct haproxy *haproxy, struct haproxy_step *step)
{
	const struct haproxy_expr *map = step->action.map;
	struct haproxy_list *list =
		haproxy_list(haproxy, map->file, true, step->at);
	struct haproxy_set set = {0};
	size_t room = 0, i;
	int err = 0;

	if (!list)
		return -ENOMEM;
	if (list->why) {
		step->action.why = list->why;
		return 0;
	}
	if (list->count) {
		step->keys = format_pool_take(
			&haproxy->pool, list->count * sizeof(*step->keys));
		room = list->count;
		err = step->keys ? 0 : -ENOMEM;
	}
	for (i = 0; !err && !set.why && i < list->count; i++)
		err = key_add(haproxy, step, &list->entries[i], &set, &room);
	if (set.why)
		step->action.why = set.why;
	if (!err && map->map_match == HAPROXY_BEG && step->key_count)
		qsort(step->keys, step->key_count, sizeof(*step->keys),
		      key_compare);
	return err;
}
