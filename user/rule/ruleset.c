// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "rule.h"
#include "rule_order.h"
#include "ruleset.h"

enum {
	CHUNK = 1 << 20,
	AHEAD = 16, /* entries that ruleset_pack() asks memory for early */
};

struct ruleset_chunk {
	struct ruleset_chunk *next;
	size_t used;
	char text[CHUNK];
};

_Static_assert(sizeof(struct ruleset_entry) <= 24, "a million of them");
_Static_assert(sizeof(struct rule_buffer) < CHUNK, "a rule fits a chunk");

static void chunks_free(struct ruleset_chunk *chunk)
{
	struct ruleset_chunk *next;

	for (; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
}

static char *text_alloc(struct ruleset *set, size_t len)
{
	struct ruleset_chunk *chunk = set->chunks;
	char *text;

	if (!chunk || chunk->used + len > CHUNK) {
		chunk = malloc(sizeof(*chunk));
		if (!chunk)
			return NULL;
		chunk->used = 0;
		chunk->next = set->chunks;
		set->chunks = chunk;
	}
	text = chunk->text + chunk->used;
	chunk->used += len;
	return text;
}

static struct ruleset_entry *entry_alloc(struct ruleset *set)
{
	if (array_grow(&set->entries, &set->room, set->count + 1,
		       sizeof(*set->entries)))
		return NULL;
	return &set->entries[set->count];
}

/* What rule_order() asks for. */
static struct rule entry_place(const struct ruleset_entry *entry)
{
	return (struct rule){
		.source = entry->source,
		.scheme = entry->scheme,
		.fold = entry->fold,
	};
}

unsigned int ruleset_kind(const struct ruleset_entry *entry)
{
	struct rule rule = entry_place(entry);

	return rule_order_kind(&rule);
}

int ruleset_order(const struct ruleset_entry *a, const struct ruleset_entry *b)
{
	struct rule rule = entry_place(b);

	return ruleset_order_rule(a, &rule);
}

int ruleset_order_rule(const struct ruleset_entry *entry,
		       const struct rule *rule)
{
	struct rule place = entry_place(entry);

	return rule_order(&place, rule);
}

struct ruleset_entry *ruleset_find(const struct ruleset *set,
				   const struct rule *rule)
{
	size_t low = 0, high = set->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = ruleset_order_rule(&set->entries[middle], rule);

		if (!order)
			return &set->entries[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static void order_check(struct ruleset *set)
{
	const struct ruleset_entry *last = &set->entries[set->count - 1];

	if (set->count > 1 && ruleset_order(&last[-1], last) > 0)
		set->unsorted = true;
}

static bool has_more(const struct rule *rule)
{
	return *rule->note || *rule->headers || rule->final.code ||
	       rule->written;
}

/* What few rules have: note, headers, written source and final=, behind the
 * tag. */
static size_t more_len(const struct rule *rule)
{
	size_t written = rule->written ? strlen(rule->written) : 0;

	return strlen(rule->note) + strlen(rule->headers) + written + 3 +
	       sizeof(rule->final);
}

static void more_copy(char *dst, const struct rule *rule)
{
	dst = stpcpy(dst, rule->note) + 1;
	dst = stpcpy(dst, rule->headers) + 1;
	dst = stpcpy(dst, rule->written ? rule->written : "") + 1;
	memcpy(dst, &rule->final, sizeof(rule->final));
}

static void more_get(const char *text, struct rule *rule)
{
	rule->note = text;
	rule->headers = text + strlen(text) + 1;
	text = rule->headers + strlen(rule->headers) + 1;
	rule->written = *text ? text : NULL;
	memcpy(&rule->final, text + strlen(text) + 1, sizeof(rule->final));
}

/* Copy a rule's texts. Returns NULL with error_set(). */
static const char *texts_copy(struct ruleset *set, const struct rule *rule)
{
	size_t tag_len = strlen(rule->tag);
	size_t len = rule->source_len + rule->target_len + tag_len + 3;
	bool more = has_more(rule);
	char *text = text_alloc(set, len + (more ? more_len(rule) : 0));

	if (!text) {
		error_sys(-ENOMEM, "cannot keep %zu rules", set->count);
		return NULL;
	}
	memcpy(text, rule->source, rule->source_len + 1);
	memcpy(text + rule->source_len + 1, rule->target, rule->target_len + 1);
	memcpy(text + rule->source_len + rule->target_len + 2, rule->tag,
	       tag_len + 1);
	if (more)
		more_copy(text + len, rule);
	return text;
}

static void entry_fill(struct ruleset_entry *entry, const char *text,
		       const struct rule *rule)
{
	entry->source = text;
	entry->source_len = rule->source_len;
	entry->target_len = rule->target_len;
	entry->max_age = rule->max_age;
	entry->code = rule->code;
	entry->query_drop = rule->query_drop;
	entry->more = has_more(rule);
	entry->scheme = rule->scheme;
	entry->fold = rule->fold;
	entry->first = rule->first;
}

int ruleset_add(struct ruleset *set, const struct rule *rule,
		unsigned long line)
{
	struct ruleset_entry *entry = entry_alloc(set);
	const char *text;

	if (!entry)
		return error_sys(-ENOMEM, "cannot keep %zu rules", set->count);
	if (line > UINT32_MAX || set->count == UINT32_MAX)
		return error_set(-EFBIG, "more than %u lines", UINT32_MAX);
	text = texts_copy(set, rule);
	if (!text)
		return -ENOMEM;
	entry->line = line;
	entry->mark = 0;
	entry->trial = 0;
	entry_fill(entry, text, rule);
	set->count++;
	order_check(set);
	return 0;
}

int ruleset_set(struct ruleset *set, struct ruleset_entry *entry,
		const struct rule *rule)
{
	const char *text = texts_copy(set, rule);

	if (!text)
		return -ENOMEM;
	entry_fill(entry, text, rule);
	return 0;
}

void ruleset_get(const struct ruleset_entry *entry, struct rule *rule)
{
	*rule = (struct rule){
		.source = entry->source,
		.target = entry->source + entry->source_len + 1,
		.tag = entry->source + entry->source_len + entry->target_len +
		       2,
		.note = "",
		.headers = "",
		.source_len = entry->source_len,
		.target_len = entry->target_len,
		.max_age = entry->max_age,
		.code = entry->code,
		.query_drop = entry->query_drop,
		.scheme = entry->scheme,
		.fold = entry->fold,
		.first = entry->first,
	};
	if (entry->more)
		more_get(rule->tag + strlen(rule->tag) + 1, rule);
}

static size_t text_len(const struct ruleset_entry *entry)
{
	size_t len = entry->source_len + entry->target_len + 2;
	struct rule rule;

	len += strlen(entry->source + len) + 1;
	if (!entry->more)
		return len;
	more_get(entry->source + len, &rule);
	return len + more_len(&rule);
}

int ruleset_pack(struct ruleset *set)
{
	struct ruleset_chunk *old = set->chunks;
	struct ruleset_entry *entry = set->entries;
	struct ruleset_entry *end = entry + set->count;
	char *text;

	set->chunks = NULL;
	for (; entry < end; entry++) {
		size_t len = text_len(entry);

		if (end - entry > AHEAD) {
			__builtin_prefetch(entry[AHEAD].source);
			__builtin_prefetch(entry[AHEAD].source + 64);
		}
		text = text_alloc(set, len);
		if (!text)
			break;
		entry->source = memcpy(text, entry->source, len);
	}
	if (entry == end) {
		chunks_free(old);
		return 0;
	}
	/* some texts are in the old chunks, some in the new: keep both */
	while (old) {
		struct ruleset_chunk *next = old->next;

		old->next = set->chunks;
		set->chunks = old;
		old = next;
	}
	return error_sys(-ENOMEM, "cannot keep %zu rules", set->count);
}

void ruleset_clear(struct ruleset *set)
{
	if (set->chunks) {
		chunks_free(set->chunks->next);
		set->chunks->next = NULL;
		set->chunks->used = 0;
	}
	set->count = 0;
	set->unsorted = false;
}

void ruleset_free(struct ruleset *set)
{
	chunks_free(set->chunks);
	free(set->entries);
	memset(set, 0, sizeof(*set));
}
