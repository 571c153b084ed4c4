// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "format_first.h"
#include "format_first_hash.h"
#include "limit.h"

uint32_t format_first_host(const struct format_first *first, const char *name,
			   size_t len)
{
	uint32_t hash = format_first_hash_host(name, len), i = hash, slot;

	if (!first->host_slot_room)
		return FORMAT_FIRST_NONE;
	for (;; i++) {
		slot = first->host_slots[i & (first->host_slot_room - 1)]
			       .number;
		if (!slot)
			return FORMAT_FIRST_NONE;
		if (first->host_slots[i & (first->host_slot_room - 1)].hash ==
			    hash &&
		    !strncmp(first->hosts[slot - 1].name, name, len) &&
		    !first->hosts[slot - 1].name[len])
			return slot - 1;
	}
}

/* The key with this hash and the first len bytes of a path. */
static uint32_t key_find(const struct format_first *first, uint32_t host,
			 unsigned int kind, bool fold, const char *path,
			 size_t len, uint32_t hash)
{
	uint32_t i = hash, slot;

	if (!format_first_marked(first->marks, first->mark_room, hash))
		return FORMAT_FIRST_NONE;
	for (;; i++) {
		const struct format_first_key *key;

		slot = first->key_slots[i & (first->key_slot_room - 1)].number;
		if (!slot)
			return FORMAT_FIRST_NONE;
		if (first->key_slots[i & (first->key_slot_room - 1)].hash !=
		    hash)
			continue;
		key = &first->keys[slot - 1];
		if (key->host == host && key->kind == kind &&
		    key->fold == fold &&
		    !(fold ? strncasecmp(key->path, path, len)
			   : strncmp(key->path, path, len)) &&
		    !key->path[len])
			return slot - 1;
	}
}

uint32_t format_first_key(const struct format_first *first, uint32_t host,
			  const struct format_region *region)
{
	return key_find(first, host, region->kind, region->fold, region->path,
			strlen(region->path),
			format_first_hash_key(host, region));
}

/* The keys of a host that are prefixes of a path, the longest last. */
static bool prefixes_walk(const struct format_first *first, uint32_t host,
			  const struct format_region *region, size_t len,
			  bool fold, format_first_key_fn *fn, void *arg)
{
	uint32_t hash = first_hash_start(host, FORMAT_REGION_PREFIX, fold), key;
	size_t i;

	if (!first->hosts[host].prefixes[fold])
		return false;
	for (i = 1; i <= len && i < sizeof(first->lengths); i++) {
		unsigned char c = region->path[i - 1];

		if (region->fold && !fold && isalpha(c))
			return false;
		hash = first_hash_byte(hash, fold_byte(c, fold));
		if (!first->lengths[i])
			continue;
		key = key_find(first, host, FORMAT_REGION_PREFIX, fold,
			       region->path, i, first_hash_end(hash));
		if (key != FORMAT_FIRST_NONE && fn(first, key, arg))
			return true;
	}
	return false;
}

/* Whether a path begins as a pattern does before its first capture. */
static bool begins(const char *path, const char *pattern, bool fold)
{
	for (; *pattern && *pattern != '{' && *pattern != '*'; pattern++)
		if (fold_byte(*path++, fold) != fold_byte(*pattern, fold))
			return false;
	return true;
}

/* All keys of a kind, one after the other. */
static bool kinds_walk(const struct format_first *first, uint32_t host,
		       const struct format_region *region,
		       enum format_region_kind kind, format_first_key_fn *fn,
		       void *arg)
{
	uint32_t key = first->hosts[host].keys;

	if (!first->hosts[host].patterns && kind == FORMAT_REGION_PATTERN)
		return false;
	for (; key != FORMAT_FIRST_NONE; key = first->keys[key].next) {
		struct format_region of;

		if (kind == FORMAT_REGION_PATTERN &&
		    first->keys[key].kind != kind)
			break;
		if (first->keys[key].kind != kind ||
		    (kind == FORMAT_REGION_PATTERN &&
		     !begins(region->path, first->keys[key].path,
			     first->keys[key].fold)))
			continue;
		of = format_first_region(first, &first->keys[key]);
		of.host = region->host;
		of.schemes = FORMAT_REGION_BOTH;
		if (format_region_within(region, &of) && fn(first, key, arg))
			return true;
	}
	return false;
}

/* The key of a host with this kind, and the first len bytes of the path. */
static bool exact_walk(const struct format_first *first, uint32_t host,
		       const struct format_region *region, unsigned int kind,
		       size_t len, format_first_key_fn *fn, void *arg)
{
	unsigned int fold;
	size_t i;

	for (fold = 0; fold < 2; fold++) {
		uint32_t hash = first_hash_start(host, kind, fold), key;

		if (!(first->hosts[host].kinds[fold] & 1U << kind))
			continue;
		for (i = 0; i < len && region->fold && !fold; i++)
			if (isalpha((unsigned char)region->path[i]))
				break;
		if (i < len && region->fold && !fold)
			continue;
		hash = first_hash_text(hash, region->path, len, fold);
		key = key_find(first, host, kind, fold, region->path, len,
			       first_hash_end(hash));
		if (key != FORMAT_FIRST_NONE && fn(first, key, arg))
			return true;
	}
	return false;
}

/* The sets of pairs that a query has: those of one pair by what they are, if
 * there are no others. */
static bool pairs_walk(const struct format_first *first, uint32_t host,
		       const struct format_region *region, size_t len,
		       format_first_key_fn *fn, void *arg)
{
	static __thread char room[LIMIT_LINE];
	struct format_region one = *region;
	size_t at, pair;

	if (!first->hosts[host].pairs || len + 4 > sizeof(room))
		return false;
	if (first->hosts[host].sets)
		return kinds_walk(first, host, region, FORMAT_REGION_PAIRS, fn,
				  arg);
	memcpy(room, region->path, len + 1);
	one.path = room;
	for (at = len + 1; region->path[at]; at += pair) {
		pair = strcspn(region->path + at, "&");
		if (len + pair + 4 > sizeof(room))
			return false;
		memcpy(room + len + 1, region->path + at, pair);
		memcpy(room + len + 1 + pair, "&*", 3);
		if (exact_walk(first, host, &one, FORMAT_REGION_PAIRS,
			       len + pair + 3, fn, arg))
			return true;
		pair += region->path[at + pair] == '&';
	}
	return false;
}

/* All keys of one host that have all of a region's paths, wider ones first
 * but for patterns. */
static bool host_walk(const struct format_first *first, uint32_t host,
		      const struct format_region *region,
		      format_first_key_fn *fn, void *arg)
{
	size_t whole = strlen(region->path), len = whole;
	bool query = region->kind == FORMAT_REGION_QUERY ||
		     region->kind == FORMAT_REGION_PAIRS;
	bool end;

	if (host == FORMAT_FIRST_NONE)
		return false;
	if (query)
		len = strcspn(region->path, "?");
	if (region->kind == FORMAT_REGION_PATTERN)
		len = strcspn(region->path, "{*");
	end = prefixes_walk(first, host, region, len, false, fn, arg) ||
	      prefixes_walk(first, host, region, len, true, fn, arg) ||
	      kinds_walk(first, host, region, FORMAT_REGION_PATTERN, fn, arg);
	if (!end && (region->kind == FORMAT_REGION_EXACT || query))
		end = exact_walk(first, host, region, FORMAT_REGION_EXACT, len,
				 fn, arg);
	if (!end && query)
		end = pairs_walk(first, host, region, len, fn, arg);
	if (!end && region->kind == FORMAT_REGION_QUERY)
		end = exact_walk(first, host, region, FORMAT_REGION_QUERY,
				 whole, fn, arg);
	return end;
}

bool format_first_wider(char *host)
{
	char *dot;

	if (!strcmp(host, "*"))
		return false;
	dot = strchr(*host == '*' ? host + 2 : host, '.');
	if (!dot) {
		strcpy(host, "*");
		return true;
	}
	memmove(host + 1, dot, strlen(dot) + 1);
	*host = '*';
	return true;
}

/* The next wider host that there may be. */
static bool wider_next(const struct format_first *first, char *host)
{
	if (first->below)
		return format_first_wider(host);
	if (!first->any || !strcmp(host, "*"))
		return false;
	strcpy(host, "*");
	return true;
}

void format_first_walk(const struct format_first *first,
		       const struct format_region *region,
		       format_first_key_fn *fn, void *arg)
{
	char host[LIMIT_HOST + 8];
	size_t len = strlen(region->host), seen = 0;

	if (len > LIMIT_HOST + 4)
		return;
	memcpy(host, region->host, len + 1);
	do {
		uint32_t record = format_first_host(first, host, strlen(host));

		if (host_walk(first, record, region, fn, arg))
			return;
		seen += record != FORMAT_FIRST_NONE;
	} while (seen < first->host_count && wider_next(first, host));
}

static bool first_take(const struct format_first *first, uint32_t key,
		       void *arg)
{
	const uint32_t *entries = first->keys[key].first;
	uint32_t *best = arg;

	if (entries[0] < best[0])
		best[0] = entries[0];
	if (entries[1] < best[1])
		best[1] = entries[1];
	return false;
}

void format_first_both(const struct format_first *first,
		       const struct format_region *region, uint32_t entries[2])
{
	entries[0] = entries[1] = FORMAT_FIRST_NONE;
	format_first_walk(first, region, first_take, entries);
}

uint32_t format_first_find(const struct format_first *first,
			   const struct format_region *region,
			   unsigned int scheme)
{
	uint32_t entries[2];

	format_first_both(first, region, entries);
	return entries[scheme];
}

static bool action_take(const struct format_first *first, uint32_t key,
			void *arg)
{
	bool *acts = arg;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		uint32_t entry = first->keys[key].first[i];

		if (entry != FORMAT_FIRST_NONE && first->entries[entry].action)
			*acts = true;
	}
	return *acts;
}

bool format_first_acts(const struct format_first *first,
		       const struct format_region *region)
{
	bool acts = false;

	format_first_walk(first, region, action_take, &acts);
	return acts;
}

/* The bytes that count where a prefix, or a pattern with a final '*', is looked
 * for; SIZE_MAX of all that come before those. */
static size_t rest_weight(const struct format_first_key *key)
{
	size_t len = strlen(key->path);

	if (key->kind == FORMAT_REGION_PREFIX)
		return len;
	if (key->kind == FORMAT_REGION_PATTERN && key->path[len - 1] == '*')
		return strcspn(key->path, "{");
	return SIZE_MAX;
}

static bool last_take(const struct format_first *first, uint32_t key, void *arg)
{
	const struct format_first_key *of = &first->keys[key];
	uint32_t *last = arg;

	if (*last == FORMAT_FIRST_NONE ||
	    rest_weight(of) >= rest_weight(&first->keys[*last]))
		*last = key;
	return false;
}

uint32_t format_first_around(const struct format_first *first, uint32_t host,
			     const struct format_region *region)
{
	uint32_t key = FORMAT_FIRST_NONE;

	host_walk(first, host, region, last_take, &key);
	return key;
}

struct format_region format_first_region(const struct format_first *first,
					 const struct format_first_key *key)
{
	return (struct format_region){
		.host = first->hosts[key->host].name,
		.path = key->path,
		.kind = key->kind,
		.fold = key->fold,
		.schemes = FORMAT_REGION_BOTH,
	};
}

void format_first_free(struct format_first *first)
{
	while (first->own_count)
		free(first->own[--first->own_count]);
	free(first->own);
	free(first->entries);
	free(first->keys);
	free(first->hosts);
	free(first->key_slots);
	free(first->marks);
	free(first->host_slots);
	*first = (struct format_first){0};
}
