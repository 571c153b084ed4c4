// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "error.h"
#include "hits_db.h"
#include "hits_fold.h"
#include "hits_map.h"
#include "hits_view.h"
#include "rule.h"
#include "rule_order.h"
#include "siphash.h"

enum { VIEW_WAIT = 10000 }; /* ms for others who write */

/* By a keyed hash of 128 bits in place of the source: two are never equal. */
struct entry {
	uint64_t key[2]; /* all zero: none */
	uint64_t count[2];
	uint32_t first, last;
	uint16_t code, used;
	uint32_t next; /* with another code, its index + 1; 0: none */
};

struct hits_view {
	const char *state;
	int64_t since;
	uint64_t secret[4];
	struct entry *entries; /* in the order of their coming */
	size_t count, room;
	struct place {
		uint32_t entry; /* its index + 1, of the first of a key */
		uint32_t key;	/* a part of that: few others are looked at */
	} * table;
	size_t size; /* a power of 2 */
};

static uint64_t text_hash(const uint64_t key[2], const char *text, size_t len)
{
	struct siphash hash;
	uint64_t word;

	siphash_init(&hash, key[0], key[1]);
	siphash_word(&hash, len);
	for (; len; text += 8, len -= len < 8 ? len : 8) {
		word = 0;
		memcpy(&word, text, len < 8 ? len : 8);
		siphash_word(&hash, word);
	}
	return siphash_end(&hash);
}

static void key_make(uint64_t key[2], const struct hits_view *view,
		     const char *source, unsigned int kind)
{
	size_t len = strlen(source);

	key[0] = text_hash(view->secret, source, len) + kind;
	key[1] = text_hash(view->secret + 2, source, len) - kind;
}

static bool is_at(const struct hits_view *view, const struct place *place,
		  const uint64_t key[2])
{
	return place->key == (uint32_t)key[1] &&
	       !memcmp(view->entries[place->entry - 1].key, key,
		       sizeof(view->entries->key));
}

static struct place *table_find(const struct hits_view *view,
				const uint64_t key[2])
{
	size_t at = key[0] & (view->size - 1);

	while (view->table[at].entry && !is_at(view, &view->table[at], key))
		at = (at + 1) & (view->size - 1);
	return &view->table[at];
}

/* Only the first entries of a key are in the table. */
static int table_grow(struct hits_view *view)
{
	size_t size = view->size ? 2 * view->size : 1024, i;
	struct place *table = calloc(size, sizeof(*table));

	if (!table)
		return error_sys(-ENOMEM, "cannot read hits");
	free(view->table);
	view->table = table;
	view->size = size;
	for (i = 0; i < view->count; i++) {
		const uint64_t *key = view->entries[i].key;
		struct place *place = table_find(view, key);

		if (!place->entry)
			*place = (struct place){i + 1, (uint32_t)key[1]};
	}
	return 0;
}

static int entry_add(struct hits_view *view, const uint64_t key[2],
		     uint16_t code, struct entry **entry)
{
	struct place *place;
	int err = 0;

	if (view->count == view->room) {
		size_t room = view->room ? 2 * view->room : 512;
		void *entries =
			reallocarray(view->entries, room, sizeof(**entry));

		if (!entries || room >= UINT32_MAX)
			return error_sys(-ENOMEM, "cannot read hits");
		view->entries = entries;
		view->room = room;
	}
	if (2 * view->count >= view->size)
		err = table_grow(view);
	if (err)
		return err;
	*entry = &view->entries[view->count++];
	**entry = (struct entry){.key = {key[0], key[1]}, .code = code};
	place = table_find(view, key);
	if (place->entry) {
		(*entry)->next = view->entries[place->entry - 1].next;
		view->entries[place->entry - 1].next = view->count;
	} else {
		*place = (struct place){view->count, (uint32_t)key[1]};
	}
	return 0;
}

static struct entry *entry_first(const struct hits_view *view,
				 const uint64_t key[2])
{
	uint32_t entry = view->size ? table_find(view, key)->entry : 0;

	return entry ? &view->entries[entry - 1] : NULL;
}

static struct entry *entry_next(const struct hits_view *view,
				const struct entry *entry)
{
	return entry->next ? &view->entries[entry->next - 1] : NULL;
}

static int sum_add(const struct hits_sum *sum, void *arg)
{
	struct hits_view *view = arg;
	struct entry *entry;
	uint64_t key[2];
	int err = 0;

	key_make(key, view, sum->source, sum->kind);
	entry = entry_first(view, key);
	while (entry && entry->code != sum->code)
		entry = entry_next(view, entry);
	if (!entry)
		err = entry_add(view, key, sum->code, &entry);
	if (err)
		return err;
	entry->count[0] += sum->count[0];
	entry->count[1] += sum->count[1];
	if (!entry->first || sum->first < entry->first)
		entry->first = (uint32_t)sum->first;
	if (sum->last > entry->last)
		entry->last = (uint32_t)sum->last;
	return 0;
}

static int map_of(struct map **map, uint64_t key, const char *name, void *arg)
{
	const struct hits_view *view = arg;

	return hits_map_open(map, view->state, key, name);
}

/* In a copy that is written to. */
static int view_read(struct hits_view *view, hits_missed_fn *missed, void *arg)
{
	struct hits_db *db;
	int err = hits_db_open(&db, view->state, HITS_DB_LOOK, VIEW_WAIT);

	if (err)
		return err;
	err = hits_gather(db, view->state, missed, arg);
	if (!err)
		err = hits_sum_each(db, map_of, sum_add, view);
	view->since = db->since;
	hits_db_close(db);
	return err;
}

int hits_view_open(struct hits_view **result, const char *state,
		   hits_missed_fn *missed, void *arg)
{
	struct hits_view *view = calloc(1, sizeof(*view));
	int err = 0;

	*result = NULL;
	if (!view || getrandom(view->secret, sizeof(view->secret), 0) < 0)
		err = error_sys(-ENOMEM, "cannot read hits");
	if (!err) {
		view->state = state;
		err = view_read(view, missed, arg);
	}
	if (err)
		hits_view_close(view);
	else
		*result = view;
	return err;
}

void hits_view_close(struct hits_view *view)
{
	if (!view)
		return;
	free(view->entries);
	free(view->table);
	free(view);
}

int64_t hits_view_since(const struct hits_view *view)
{
	return view->since;
}

void hits_view_find(const struct hits_view *view, const struct rule *rule,
		    struct hits_of *of)
{
	const struct entry *entry;
	uint64_t key[2];

	memset(of, 0, sizeof(*of));
	key_make(key, view, rule->source, rule_order_kind(rule));
	for (entry = entry_first(view, key); entry;
	     entry = entry_next(view, entry)) {
		of->count[0] += entry->count[0];
		of->count[1] += entry->count[1];
		if (!of->first || entry->first < of->first)
			of->first = entry->first;
		if (entry->last > of->last)
			of->last = entry->last;
		if (of->codes == HITS_CODES)
			continue;
		of->code[of->codes++] = (struct hits_code){
			entry->code, {entry->count[0], entry->count[1]}};
	}
}
