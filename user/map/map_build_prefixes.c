// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "map_build_prefixes.h"

int map_prefixes_add(struct map_prefixes *prefixes, const char *text,
		     uint16_t len, uint64_t record, bool fold)
{
	if (array_grow(&prefixes->arena, &prefixes->arena_room,
		       prefixes->used + len, 1) ||
	    array_grow(&prefixes->prefix, &prefixes->room, prefixes->count + 1,
		       sizeof(*prefixes->prefix)))
		return error_sys(-ENOMEM, "cannot compile the map");
	if (!prefixes->lengths)
		prefixes->lengths =
			calloc(LIMIT_PATH + 1, sizeof(*prefixes->lengths));
	if (!prefixes->lengths)
		return error_sys(-ENOMEM, "cannot compile the map");
	memcpy(prefixes->arena + prefixes->used, text, len);
	prefixes->prefix[prefixes->count++] =
		(struct map_prefix){prefixes->used, record, len, fold, !record};
	prefixes->used += len;
	if (!prefixes->seen[len])
		prefixes->lengths[prefixes->length_count++] = len;
	prefixes->seen[len] = 1;
	return 0;
}

static int length_compare(const void *left, const void *right)
{
	return *(const uint16_t *)left - *(const uint16_t *)right;
}

/* Bytewise; a prefix of another comes before it, and a rule before a pattern
 * that begins as it does. */
static int prefix_compare(const void *left, const void *right, void *arg)
{
	const struct map_prefix *a = left, *b = right;
	const char *arena = arg;
	int order = a->fold - b->fold;

	if (!order)
		order = memcmp(arena + a->text, arena + b->text,
			       a->len < b->len ? a->len : b->len);
	if (!order)
		order = (int)a->len - (int)b->len;
	return order ? order : a->ask - b->ask;
}

static bool prefix_same(const struct map_prefix *a, const struct map_prefix *b,
			const char *arena)
{
	return a->fold == b->fold && a->len == b->len &&
	       !memcmp(arena + a->text, arena + b->text, a->len);
}

/* Have each text once. */
static void prefixes_merge(struct map_prefixes *prefixes)
{
	struct map_prefix *to = prefixes->prefix, *from = to;
	const struct map_prefix *end = from + prefixes->count;

	for (; from < end; from++) {
		if (to > prefixes->prefix && !from->record &&
		    prefix_same(to - 1, from, prefixes->arena))
			to[-1].ask = true;
		else
			*to++ = *from;
	}
	prefixes->count = to - prefixes->prefix;
}

void map_prefixes_sort(struct map_prefixes *prefixes)
{
	if (!prefixes->count)
		return;
	qsort(prefixes->lengths, prefixes->length_count,
	      sizeof(*prefixes->lengths), length_compare);
	qsort_r(prefixes->prefix, prefixes->count, sizeof(*prefixes->prefix),
		prefix_compare, prefixes->arena);
	prefixes_merge(prefixes);
}

struct walk {
	const struct map_prefixes *prefixes;
	map_prefix_fn *fn;
	void *arg;
	/* The prefixes that are prefixes of the one looked at, and itself. */
	const struct map_prefix **stack;
	size_t depth, nested;
	/* For each length the last marker made: whose bytes it has. */
	const struct map_prefix **last;
};

static const char *text_of(const struct walk *walk, const struct map_prefix *p)
{
	return walk->prefixes->arena + p->text;
}

static void walk_push(struct walk *walk, const struct map_prefix *p)
{
	while (walk->depth) {
		const struct map_prefix *top = walk->stack[walk->depth - 1];

		if (top->len < p->len && top->fold == p->fold &&
		    !memcmp(text_of(walk, top), text_of(walk, p), top->len))
			break;
		walk->depth--;
	}
	walk->stack[walk->depth++] = p;
	if (walk->depth > walk->nested)
		walk->nested = walk->depth;
}

/* Give what has the len first bytes of p: depth prefixes of it are on the
 * stack. */
static int walk_fn(struct walk *walk, const struct map_prefix *p, uint16_t len,
		   size_t depth)
{
	struct map_prefix_found found = {
		.text = text_of(walk, p),
		.len = len,
		.fold = p->fold,
	};

	if (len == p->len) {
		found.record = p->record;
		found.ask = p->ask;
	}
	while (depth--) {
		const struct map_prefix *top = walk->stack[depth];

		found.ask |= top->ask;
		if (top->record && !found.shorter)
			found.shorter = top->len;
	}
	return walk->fn(walk->arg, &found);
}

/* The marker at len on the way to p, unless it or a prefix is there already. */
static int walk_mark(struct walk *walk, const struct map_prefix *p, size_t n)
{
	uint16_t len = walk->prefixes->lengths[n];
	const struct map_prefix *last = walk->last[n];
	size_t depth = walk->depth;

	while (depth && walk->stack[depth - 1]->len > len)
		depth--;
	if (depth && walk->stack[depth - 1]->len == len)
		return 0;
	if (last && last->fold == p->fold &&
	    !memcmp(text_of(walk, last), text_of(walk, p), len))
		return 0;
	walk->last[n] = p;
	return walk_fn(walk, p, len, depth);
}

/* Search for p's length as map_longest() does; mark the turns to the right. */
static int walk_search(struct walk *walk, const struct map_prefix *p)
{
	size_t low = 0, high = walk->prefixes->length_count;
	int err;

	while (low < high) {
		size_t middle = (low + high) / 2;
		uint16_t len = walk->prefixes->lengths[middle];

		if (len == p->len)
			break;
		if (len > p->len) {
			high = middle;
			continue;
		}
		err = walk_mark(walk, p, middle);
		if (err)
			return err;
		low = middle + 1;
	}
	return 0;
}

int map_prefixes_each(struct map_prefixes *prefixes, map_prefix_fn *fn,
		      void *arg)
{
	struct walk walk = {.prefixes = prefixes, .fn = fn, .arg = arg};
	int err = 0;
	size_t i;

	/* Prefixes on the stack have different lengths, each one of these. */
	walk.stack = calloc(prefixes->length_count, 2 * sizeof(*walk.stack));
	if (!walk.stack)
		return error_sys(-ENOMEM, "cannot compile the map");
	walk.last = walk.stack + prefixes->length_count;
	for (i = 0; i < prefixes->count && !err; i++) {
		walk_push(&walk, &prefixes->prefix[i]);
		err = walk_fn(&walk, &prefixes->prefix[i],
			      prefixes->prefix[i].len, walk.depth - 1);
		if (!err)
			err = walk_search(&walk, &prefixes->prefix[i]);
	}
	prefixes->nested = walk.nested;
	free(walk.stack);
	return err;
}

void map_prefixes_clear(struct map_prefixes *prefixes)
{
	size_t i;

	for (i = 0; i < prefixes->length_count; i++)
		prefixes->seen[prefixes->lengths[i]] = 0;
	prefixes->count = 0;
	prefixes->used = 0;
	prefixes->length_count = 0;
	prefixes->nested = 0;
}

void map_prefixes_free(struct map_prefixes *prefixes)
{
	free(prefixes->prefix);
	free(prefixes->arena);
	free(prefixes->lengths);
}
