// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "edit.h"
#include "error.h"
#include "limit.h"
#include "pattern_count.h"
#include "rule.h"
#include "rule_pattern.h"
#include "store_scan.h"

struct count {
	const struct edit *edit;
	struct store *store;
	uint64_t rows;
	struct store_scan *scan;
	/* The entries of the host whose turn it is, and its name. */
	const struct ruleset_entry *from, *until;
	char host[LIMIT_HOST + 8];
	const struct ruleset_entry *last; /* of the patterns that come */
	unsigned int patterns;
};

static bool is_pattern(const struct ruleset_entry *entry)
{
	return rule_pattern_is(entry->source, entry->source_len);
}

static bool is_same(const struct ruleset_entry *a,
		    const struct ruleset_entry *b)
{
	return a->fold == b->fold && a->source_len == b->source_len &&
	       !memcmp(a->source, b->source, a->source_len);
}

/* Take the entries of the next host. False: there is none. */
static bool host_next(struct count *count)
{
	const struct ruleset *rules = &count->edit->rules;
	const struct ruleset_entry *end = rules->entries + rules->count, *at;
	size_t len;

	at = count->until ? count->until : rules->entries;
	if (at == end)
		return false;
	len = strcspn(at->source, "/");
	memcpy(count->host, at->source, len);
	count->host[len] = '\0';
	count->from = at;
	while (at < end && !strncmp(at->source, count->host, len) &&
	       at->source[len] == '/')
		at++;
	count->until = at;
	return true;
}

/* Count those of the edit, which hold what stays as it is, too. */
static void edit_count(struct count *count)
{
	const struct ruleset_entry *at, *before = NULL;

	count->patterns = 0;
	count->last = NULL;
	for (at = count->from; at < count->until; at++) {
		if (!is_pattern(at))
			continue;
		if (!before || !is_same(before, at))
			count->patterns++;
		before = at;
		if (at->mark != EDIT_SAME &&
		    (!count->last || at->line >= count->last->line))
			count->last = at;
	}
}

/* Whether the edit has a live rule's pattern, or takes the rule away. */
static bool live_is_counted(const struct count *count, const struct rule *live)
{
	struct rule one = *live;
	int scheme;

	if (ruleset_find(&count->edit->gone, live))
		return true;
	for (scheme = RULE_SCHEME_ANY; scheme <= RULE_SCHEME_HTTPS; scheme++) {
		one.scheme = scheme;
		if (ruleset_find(&count->edit->rules, &one))
			return true;
	}
	return false;
}

static int live_count(struct count *count)
{
	char before[RULE_SOURCE_SIZE] = "";
	struct rule live;
	bool fold = false;
	int err;

	err = store_scan_patterns(&count->scan, count->store, count->rows,
				  count->host);
	while (!err && (err = store_scan_next(count->scan, &live)) > 0) {
		err = 0;
		if (live_is_counted(count, &live) ||
		    (live.fold == fold && !strcmp(live.source, before)))
			continue;
		strcpy(before, live.source);
		fold = live.fold;
		count->patterns++;
	}
	return err;
}

int pattern_count_each(const struct edit *edit, struct store *store,
		       uint64_t rows, pattern_many_fn *fn, void *arg)
{
	struct count count = {.edit = edit, .store = store, .rows = rows};
	int err = 0;

	while (!err && host_next(&count)) {
		edit_count(&count);
		if (!count.last)
			continue;
		if (store)
			err = live_count(&count);
		if (!err && count.patterns > PATTERN_COUNT_MANY)
			err = fn(arg, count.last, count.patterns);
	}
	store_scan_close(count.scan);
	return err;
}

const char *pattern_count_text(char *text, const struct ruleset_entry *entry,
			       unsigned int count)
{
	int len = strcspn(entry->source, "/");

	if (count > LIMIT_PATTERNS)
		snprintf(text, PATTERN_COUNT_TEXT,
			 "%.*s would have %u patterns, a host may have %d", len,
			 entry->source, count, LIMIT_PATTERNS);
	else
		snprintf(
			text, PATTERN_COUNT_TEXT,
			"%.*s has %u patterns: a request for it may be compared with all of them",
			len, entry->source, count);
	return text;
}

static int many_check(void *arg, const struct ruleset_entry *entry,
		      unsigned int count)
{
	char *warning = arg;

	pattern_count_text(warning, entry, count);
	if (count <= LIMIT_PATTERNS)
		return 0;
	return error_set(-E2BIG, "%s", warning);
}

int pattern_count_check(const struct edit *edit, struct store *store,
			uint64_t rows, char warning[PATTERN_COUNT_TEXT])
{
	*warning = '\0';
	return pattern_count_each(edit, store, rows, many_check, warning);
}
