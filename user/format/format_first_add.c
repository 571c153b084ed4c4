// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "format_first.h"
#include "format_first_add.h"
#include "format_first_hash.h"

static int no_memory(void)
{
	return error_sys(-ENOMEM, "cannot read the file");
}

static void slot_take(struct format_first_slot *slots, size_t room,
		      uint32_t hash, uint32_t number)
{
	size_t at = hash;

	while (slots[at & (room - 1)].number)
		at++;
	slots[at & (room - 1)] = (struct format_first_slot){number, hash};
}

/* Room for one more in a table of slots that is at most half full: they are put
 * in anew where it grows. */
static int slots_grow(struct format_first_slot **slots, size_t *room,
		      size_t count)
{
	size_t more = *room ? *room * 2 : 256, i;
	struct format_first_slot *grown;

	if ((count + 1) * 2 <= *room)
		return 0;
	grown = calloc(more, sizeof(*grown));
	if (!grown)
		return no_memory();
	for (i = 0; i < *room; i++)
		if ((*slots)[i].number)
			slot_take(grown, more, (*slots)[i].hash,
				  (*slots)[i].number);
	free(*slots);
	*slots = grown;
	*room = more;
	return 0;
}

static int host_take(struct format_first *first, const char *name,
		     uint32_t *host)
{
	*host = format_first_host(first, name, strlen(name));
	if (*host != FORMAT_FIRST_NONE)
		return 0;
	if (array_grow(&first->hosts, &first->host_room, first->host_count + 1,
		       sizeof(*first->hosts)))
		return no_memory();
	if (slots_grow(&first->host_slots, &first->host_slot_room,
		       first->host_count))
		return -ENOMEM;
	first->hosts[first->host_count] = (struct format_first_host){
		.name = name, .keys = FORMAT_FIRST_NONE};
	*host = first->host_count++;
	first->any |= !strcmp(name, "*");
	first->below |= !strncmp(name, "*.", 2);
	slot_take(first->host_slots, first->host_slot_room,
		  format_first_hash_host(name, strlen(name)), *host + 1);
	return 0;
}

/* Room for one more among the marks, eight bits or more for each key. */
static int marks_grow(struct format_first *first)
{
	size_t more = first->mark_room ? first->mark_room * 2 : 64, i;
	uint64_t *marks;

	if ((first->key_count + 1) * 8 <= first->mark_room * 64)
		return 0;
	marks = calloc(more, sizeof(*marks));
	if (!marks)
		return no_memory();
	free(first->marks);
	first->marks = marks;
	first->mark_room = more;
	for (i = 0; i < first->key_slot_room; i++)
		if (first->key_slots[i].number)
			format_first_mark(marks, more,
					  first->key_slots[i].hash);
	return 0;
}

/* Put a key into its host's chain: patterns are before all others. */
static void chain_add(struct format_first *first,
		      struct format_first_host *host, uint32_t number)
{
	struct format_first_key *key = &first->keys[number];
	bool pattern = key->kind == FORMAT_REGION_PATTERN;
	uint32_t *before = pattern || !host->patterns
				   ? &host->keys
				   : &first->keys[host->last].next;

	key->next = *before;
	*before = number;
	if (pattern && !host->patterns++)
		host->last = number;
}

static int key_make(struct format_first *first, uint32_t number,
		    const struct format_region *region, uint32_t *key)
{
	struct format_first_host *host = &first->hosts[number];
	size_t len = strlen(region->path);
	uint32_t hash;

	if (array_grow(&first->keys, &first->key_room, first->key_count + 1,
		       sizeof(*first->keys)))
		return no_memory();
	if (slots_grow(&first->key_slots, &first->key_slot_room,
		       first->key_count) ||
	    marks_grow(first))
		return -ENOMEM;
	*key = first->key_count++;
	first->keys[*key] = (struct format_first_key){
		.path = region->path,
		.host = number,
		.first = {FORMAT_FIRST_NONE, FORMAT_FIRST_NONE},
		.kind = region->kind,
		.fold = region->fold,
	};
	chain_add(first, host, *key);
	host->kinds[region->fold] |= 1U << region->kind;
	first->folds[region->fold] = true;
	if (region->kind == FORMAT_REGION_PAIRS) {
		host->pairs++;
		host->sets += strchr(region->path, '&')[1] != '*';
	}
	if (region->kind == FORMAT_REGION_PREFIX) {
		host->prefixes[region->fold] = 1;
		if (len < sizeof(first->lengths))
			first->lengths[len] = 1;
	}
	hash = format_first_hash_key(number, region);
	format_first_mark(first->marks, first->mark_room, hash);
	slot_take(first->key_slots, first->key_slot_room, hash, *key + 1);
	return 0;
}

static int key_take(struct format_first *first,
		    const struct format_region *region, uint32_t *key)
{
	uint32_t host;

	if (host_take(first, region->host, &host))
		return -ENOMEM;
	*key = format_first_key(first, host, region);
	if (*key != FORMAT_FIRST_NONE)
		return 0;
	return key_make(first, host, region, key);
}

/* A text that is kept to the end. */
static const char *text_own(struct format_first *first, const char *text)
{
	char *copy;

	if (array_grow(&first->own, &first->own_room, first->own_count + 1,
		       sizeof(*first->own)))
		return NULL;
	copy = strdup(text);
	if (copy)
		first->own[first->own_count++] = copy;
	return copy;
}

int format_first_key_add(struct format_first *first,
			 const struct format_region *region,
			 const uint32_t entries[2])
{
	struct format_region kept = *region;
	uint32_t key, host;
	unsigned int i;

	host = format_first_host(first, region->host, strlen(region->host));
	key = format_first_key(first, host, region);
	if (key == FORMAT_FIRST_NONE) {
		kept.path = text_own(first, region->path);
		if (!kept.path || key_take(first, &kept, &key))
			return no_memory();
	}
	first->keys[key].made = true;
	for (i = 0; i < 2; i++)
		if (entries[i] < first->keys[key].first[i])
			first->keys[key].first[i] = entries[i];
	return 0;
}

static int entry_take(struct format_first *first,
		      const struct format_first_entry *entry,
		      unsigned int schemes)
{
	unsigned int i;
	uint32_t key;

	if (array_grow(&first->entries, &first->room, first->count + 1,
		       sizeof(*first->entries)))
		return no_memory();
	if (key_take(first, &entry->region, &key))
		return -ENOMEM;
	for (i = 0; i < 2; i++)
		if (schemes & 1U << i)
			first->keys[key].first[i] = first->count;
	if (entry->action)
		first->hosts[first->keys[key].host].acts = true;
	first->entries[first->count] = *entry;
	first->entries[first->count++].region.schemes = schemes;
	return 1;
}

int format_first_add(struct format_first *first,
		     const struct format_first_entry *entry,
		     unsigned long *before)
{
	unsigned int schemes = 0, i;
	uint32_t covers[2];

	format_first_both(first, &entry->region, covers);
	for (i = 0; i < 2; i++) {
		if (!(entry->region.schemes & 1U << i))
			continue;
		if (covers[i] == FORMAT_FIRST_NONE)
			schemes |= 1U << i;
		else
			*before = first->entries[covers[i]].at;
	}
	return schemes ? entry_take(first, entry, schemes) : 0;
}
