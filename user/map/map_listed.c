// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "map_listed.h"
#include "map_view.h"
#include "pair_list.h"
#include "pair_set.h"
#include "pattern_check.h"
#include "pattern_match.h"
#include "rule_pairs.h"
#include "rule_pattern.h"
#include "rule_pattern_form.h"
#include "template.h"

/* Where a record's map_more is in its texts, or 0. */
static uint32_t more_at(const struct map *map, uint32_t addr,
			const struct map_rule *rule)
{
	uint32_t at = map_location(rule), len = rule->location_len;
	struct template template;
	const uint8_t *texts;

	if (!(rule->flags & MAP_RULE_MORE) || rule->key_len > LIMIT_PATH ||
	    len > LIMIT_TARGET)
		return 0;
	at += len;
	texts = map_texts(map, addr, rule, at + sizeof(struct map_template));
	if (template_read(&template, texts + at, rule->flags, len))
		return 0;
	return at + sizeof(struct map_template) + template.headers_len;
}

int map_listed_take(struct map_listed *listed, const struct map *map,
		    uint32_t addr)
{
	const struct map_rule *rule = map_record(map, addr);
	uint32_t at = more_at(map, addr, rule), all;
	struct map_more more;
	const uint8_t *texts;

	if (!at)
		return -EBADMSG;
	texts = map_texts(map, addr, rule, at + sizeof(more));
	memcpy(&more, texts + at, sizeof(more));
	if (more.match_len > LIMIT_PATH || more.written_len > LIMIT_PATH + 2 ||
	    !more.written_len)
		return -EBADMSG;
	at += sizeof(more);
	all = at + more.match_len + more.written_len;
	texts = map_texts(map, addr, rule, all);
	*listed = (struct map_listed){
		.map = map,
		.addr = addr,
		.flags = rule->flags,
		.match = texts + at,
		.match_len = more.match_len,
		.written = (const char *)texts + at + more.match_len,
		.written_len = more.written_len,
	};
	return *listed->written == '/' ? 0 : -EBADMSG;
}

/* A pattern's record has its '*' and case= in the bits of its kind. */
static uint32_t kind_bits(int kind)
{
	uint32_t own = MAP_RULE_PREFIX | MAP_RULE_FOLD;

	return MAP_KIND_BITS & ~(kind & MAP_KIND_PATTERN ? own : 0);
}

static bool listed_is(const struct map *map, uint32_t addr, int kind,
		      uint32_t id, const uint8_t *key, uint32_t len,
		      uint16_t number)
{
	const struct map_rule *rule = map_record(map, addr);

	return rule->host == id && rule->key_len == len &&
	       rule->shorter == number &&
	       (rule->flags & kind_bits(kind)) == (uint32_t)kind &&
	       !(rule->flags & MAP_RULE_MARKER) &&
	       map_equal(map_texts(map, addr, rule, len), key, len);
}

uint32_t map_listed_find(const struct map *map, int kind, uint64_t hash,
			 uint32_t id, const uint8_t *key, uint32_t len,
			 uint16_t number)
{
	uint32_t addr;
	int i;

	hash = map_hash(&map->header, kind, map_listed_hash(hash, number), key,
			len);
	for (i = 0; i < MAP_CHAIN_MAX; i++) {
		addr = map_place(map, kind, hash);
		if (!addr)
			return 0;
		if (listed_is(map, addr, kind, id, key, len, number))
			return addr;
		if (!(map_record(map, addr)->flags & MAP_RULE_CHAIN))
			return 0;
		hash = map_chain(hash);
	}
	return 0;
}

/* The path that a set of pairs is of, with '?' and its pairs: what tells it
 * from others. Returns its length. */
static size_t pairs_text(uint8_t *dst, const struct map_listed *listed,
			 const struct map_key *key)
{
	bool fold = listed->flags & MAP_RULE_FOLD;
	size_t len = key->path_len + 1;

	if (len + listed->match_len > LIMIT_PATH)
		return 0;
	memcpy(dst, fold ? key->folded : key->path, len);
	memcpy(dst + len, listed->match, listed->match_len);
	return len + listed->match_len;
}

/* Whether what was found in the base stands in the overlay, or is gone. */
static bool is_overlaid(const struct map_listed_level *level,
			const struct map_listed *listed)
{
	uint8_t text[LIMIT_PATH + 16];
	int kind = MAP_KIND_LISTED | (listed->flags & MAP_RULE_FOLD);
	size_t len = listed->match_len;
	uint64_t hash;

	if (listed->map == level->map)
		return false;
	if (listed->flags & MAP_RULE_PAIRS)
		len = pairs_text(text, listed, level->key);
	else
		memcpy(text, listed->match, len);
	hash = map_hash(&level->map->header, kind, level->hash, text, len);
	return map_view_find(level->map, hash, kind, level->id, text, len);
}

/* One list of one map. */
struct listed_list {
	const struct map_listed_level *level;
	const struct map *map;
	int kind;
	const uint8_t *key;
	uint32_t len;
};

typedef bool listed_matches_fn(const struct map_listed *listed, void *arg);

static int list_each(const struct listed_list *list, listed_matches_fn *matches,
		     void *with, map_listed_fn *fn, void *arg)
{
	const struct map_listed_level *level = list->level;
	struct map_listed listed;
	uint32_t addr, i;
	int err = 0;

	for (i = 0; i <= MAP_LISTED_MAX && !err; i++) {
		addr = map_listed_find(list->map, list->kind, level->hash,
				       level->id, list->key, list->len, i);
		if (!addr)
			break;
		if (!map_listed_take(&listed, list->map, addr) &&
		    matches(&listed, with) && !is_overlaid(level, &listed))
			err = fn(arg, &listed);
	}
	return err == 1 ? 0 : err;
}

static bool pairs_match(const struct map_listed *listed, void *query)
{
	const char *set = (const char *)listed->match;

	/* Most do not match, which costs less than to see that one is sound. */
	return pair_set_match(set, listed->match_len, query) &&
	       pair_set_check(set, listed->match_len,
			      listed->flags & MAP_RULE_FOLD);
}

/* Whether the path has sets in one map. */
static bool path_has_pairs(const struct listed_list *list, uint32_t len)
{
	uint64_t hash = map_hash(&list->map->header, list->kind,
				 list->level->hash, list->key, len);

	return map_view_find(list->map, hash, list->kind, list->level->id,
			     list->key, len);
}

/* The sets of one map that are compared in one way. */
static int side_pairs(struct listed_list *list, map_listed_fn *fn, void *arg)
{
	struct map_key *key = list->level->key;
	const uint8_t *path = map_key_path(key, list->kind);
	uint32_t len = key->path_len + 1, i;
	uint8_t text[LIMIT_PATH + 16];
	struct pair_list query;
	int err = 0;

	memcpy(text, path, len);
	list->key = text;
	if (!path_has_pairs(list, len))
		return 0;
	pair_list_fill(&query, (const char *)path + len, key->query_len, false);
	pair_list_sort(&query);
	for (i = 0; i < query.count && !err; i++) {
		const struct pair_at *pair = &query.pair[i];

		if (i && !pair_list_compare(&query, i - 1,
					    query.text + pair->at, pair->len))
			continue;
		memcpy(text + len, query.text + pair->at, pair->len);
		list->len = len + pair->len;
		err = list_each(list, pairs_match, &query, fn, arg);
	}
	return err;
}

int map_pairs_each(const struct map_listed_level *level, map_listed_fn *fn,
		   void *arg)
{
	struct listed_list list = {.level = level};
	int err = 0, i;

	if (!level->key->has_query || !(level->flags & MAP_HOST_PAIRS))
		return 0;
	for (i = 0; i < 4 && !err; i++) {
		list.map = i & 1 ? level->map->lower : level->map;
		list.kind = MAP_KIND_PAIRS | (i & 2 ? MAP_KIND_FOLD : 0);
		if (!list.map || (i & 2 && !(level->flags & MAP_HOST_FOLD)))
			continue;
		if (i & 2)
			map_fold(level->key);
		err = side_pairs(&list, fn, arg);
	}
	return err;
}

static bool pattern_matches(const struct map_listed *listed, void *arg)
{
	const struct map_key *key = arg;
	bool fold = listed->flags & MAP_RULE_FOLD;
	const uint8_t *path = fold ? key->folded : key->path;
	size_t lead = map_listed_lead(listed);
	struct pattern_match match;
	uint32_t captures;

	if (lead > key->path_len || memcmp(listed->match, path, lead) != 0)
		return false;
	return pattern_check(listed->match, listed->match_len, fold,
			     &captures) &&
	       pattern_match(&match, listed->match, listed->match_len,
			     (const char *)key->path, key->path_len, fold);
}

int map_patterns_each(const struct map_listed_level *level, map_listed_fn *fn,
		      void *arg)
{
	struct listed_list list = {
		.level = level,
		.kind = MAP_KIND_PATTERN,
		.key = map_zeros,
	};
	int err = 0, i;

	if (!(level->flags & MAP_HOST_PATTERNS))
		return 0;
	if (level->flags & MAP_HOST_FOLD)
		map_fold(level->key);
	for (i = 0; i < 2 && !err; i++) {
		list.map = i ? level->map->lower : level->map;
		if (list.map)
			err = list_each(&list, pattern_matches, level->key, fn,
					arg);
	}
	return err;
}

static void pairs_of(struct rule_pairs *pairs, const struct map_listed *listed)
{
	const char *end = listed->written + listed->written_len;
	const char *mark = memchr(listed->written, '?', listed->written_len);

	pairs->text = mark ? mark + 1 : end;
	pairs->len = end - pairs->text;
	pairs->ignore_case = listed->flags & MAP_RULE_FOLD;
}

int map_listed_order(const struct map_listed *a, const struct map_listed *b)
{
	struct rule_pattern pattern[2];
	struct rule_pairs pairs[2];

	if (a->flags & MAP_RULE_PAIRS) {
		pairs_of(&pairs[0], a);
		pairs_of(&pairs[1], b);
		return rule_pairs_compare(&pairs[0], &pairs[1]);
	}
	rule_pattern_of(&pattern[0], a->written, a->written_len,
			a->flags & MAP_RULE_FOLD);
	rule_pattern_of(&pattern[1], b->written, b->written_len,
			b->flags & MAP_RULE_FOLD);
	return rule_pattern_compare(&pattern[0], &pattern[1]);
}

size_t map_listed_lead(const struct map_listed *listed)
{
	size_t i;

	for (i = 0; i < listed->match_len && listed->match[i] >= 0x20; i++)
		;
	return i;
}
