// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "cache_until.h"
#include "error.h"
#include "interrupt.h"
#include "rule.h"
#include "rule_code.h"
#include "ruleset.h"
#include "store.h"
#include "store_draft.h"
#include "store_permanent.h"
#include "store_release.h"

/* The time in which a release was live. */
struct cache_until_span {
	uint64_t rows; /* the release whose rows are its rules */
	int64_t from, until;
};

/* The rows of one release, which most that follow one another have. */
struct finding {
	struct cache_until *cache;
	struct store_permanent row;
	int64_t from, until; /* when it was live; until 0: never */
};

static int cache_memory(void)
{
	return error_sys(-ENOMEM, "cannot tell what caches hold");
}

/* Releases come the newest first: one was live until the next was made. */
static int span_add(const struct store_release *release, void *arg)
{
	struct cache_until *cache = arg;
	size_t i = cache->span_count;

	if (array_grow(&cache->spans, &cache->span_room, i + 1,
		       sizeof(*cache->spans)))
		return cache_memory();
	cache->spans[i] = (struct cache_until_span){
		.rows = release->restores == STORE_NO_ROWS ? release->number
							   : release->restores,
		.from = release->time,
		.until = i ? cache->spans[i - 1].from : cache->now,
	};
	cache->span_count++;
	return 0;
}

/* From the first to the last moment at which a row was live. */
static void row_span(struct finding *finding, const struct store_permanent *row)
{
	const struct cache_until *cache = finding->cache;
	size_t i;

	if (finding->row.added == row->added &&
	    finding->row.removed == row->removed)
		return;
	finding->row = *row;
	finding->until = 0;
	for (i = 0; i < cache->span_count; i++) {
		const struct cache_until_span *span = &cache->spans[i];

		if (span->rows < row->added || span->rows >= row->removed)
			continue;
		finding->from = span->from;
		if (span->until > finding->until)
			finding->until = span->until;
	}
}

/* Rules come sorted, so that those of a host follow one another. */
static struct cache_until_host *host_find(struct cache_until *cache,
					  const char *source)
{
	size_t len = strcspn(source, "/"), at = cache->count;
	struct cache_until_host *host;

	if (at && !strncmp(cache->hosts[at - 1].name, source, len) &&
	    !cache->hosts[at - 1].name[len])
		return &cache->hosts[at - 1];
	if (len >= sizeof(host->name) ||
	    array_grow(&cache->hosts, &cache->room, at + 1,
		       sizeof(*cache->hosts)))
		return NULL;
	host = &cache->hosts[cache->count++];
	*host = (struct cache_until_host){0};
	memcpy(host->name, source, len);
	return host;
}

static int held_note(struct cache_until *cache, const char *source,
		     int64_t from, int64_t until, uint32_t max_age)
{
	struct cache_until_host *host;

	if (until + max_age <= cache->now)
		return interrupt_check();
	host = host_find(cache, source);
	if (!host)
		return cache_memory();
	if (!host->since || from < host->since)
		host->since = from;
	if (until + max_age > host->until) {
		host->until = until + max_age;
		host->max_age = max_age;
		host->live = until == cache->now;
	}
	return 0;
}

static int row_note(const struct ruleset_entry *entry,
		    const struct store_permanent *row, void *arg)
{
	struct finding *finding = arg;

	row_span(finding, row);
	if (!finding->until)
		return interrupt_check();
	return held_note(finding->cache, entry->source, finding->from,
			 finding->until, row->max_age);
}

/* What answers now, at the latest from a moment on. */
static int rules_note(struct cache_until *cache, const struct ruleset *rules,
		      int64_t from)
{
	int err = 0;
	size_t i;

	for (i = 0; i < rules->count && !err; i++) {
		const struct ruleset_entry *entry = &rules->entries[i];

		if (rule_code_permanent(entry->code))
			err = held_note(cache, entry->source, from, cache->now,
					entry->max_age);
	}
	return err;
}

static int name_order(const void *a, const void *b)
{
	const struct cache_until_host *one = a, *two = b;

	return strcmp(one->name, two->name);
}

static int until_order(const void *a, const void *b)
{
	const struct cache_until_host *one = a, *two = b;

	if (one->until != two->until)
		return one->until < two->until ? 1 : -1;
	return strcmp(one->name, two->name);
}

static void host_join(struct cache_until_host *host,
		      const struct cache_until_host *other)
{
	if (other->since < host->since)
		host->since = other->since;
	if (other->until <= host->until)
		return;
	host->until = other->until;
	host->max_age = other->max_age;
	host->live = other->live;
}

/* A host has an entry from the store, and those of what is live now. */
static void hosts_join(struct cache_until *cache)
{
	struct cache_until_host *hosts = cache->hosts;
	size_t in, out = 0;

	if (!cache->count)
		return;
	qsort(hosts, cache->count, sizeof(*hosts), name_order);
	for (in = 1; in < cache->count; in++) {
		if (strcmp(hosts[out].name, hosts[in].name))
			hosts[++out] = hosts[in];
		else
			host_join(&hosts[out], &hosts[in]);
	}
	cache->count = out + 1;
	qsort(hosts, cache->count, sizeof(*hosts), until_order);
}

int cache_until_find(struct cache_until *cache, struct store *store,
		     uint64_t live, uint64_t all, const struct ruleset *gone,
		     const struct ruleset *rules, int64_t now)
{
	struct finding finding = {.cache = cache};
	int err;

	cache->now = now;
	err = store_log(store, 1, live, span_add, cache);
	if (!err)
		err = store_permanent_each(store, rules, all, row_note,
					   &finding);
	if (!err && cache->span_count)
		err = rules_note(cache, gone, cache->spans[0].from);
	if (!err)
		err = rules_note(cache, rules, now);
	if (!err)
		hosts_join(cache);
	return err;
}

static int gone_note(const char *source, const struct store_permanent *row,
		     void *arg)
{
	struct finding *finding = arg;

	row_span(finding, row);
	if (!finding->until)
		return interrupt_check();
	return held_note(finding->cache, source, finding->from, finding->until,
			 row->max_age);
}

/* What a draft's rows have is not found here (store_permanent.h): of all spans, or
 * of those that had these rows. */
static int spans_check(const struct cache_until *cache, uint64_t rows)
{
	size_t i;

	for (i = 0; i < cache->span_count; i++)
		if (store_draft_is(cache->spans[i].rows) &&
		    (rows == UINT64_MAX || cache->spans[i].rows == rows))
			return error_set(
				-EAGAIN,
				"the rules of an earlier release stand over those of others");
	return 0;
}

int cache_until_gone(struct cache_until *cache, struct store *store,
		     uint64_t from, uint64_t live, int64_t now)
{
	struct finding finding = {.cache = cache};
	uint64_t rows = UINT64_MAX, live_rows, rules;
	int err = 0;

	cache->now = now;
	if (from != UINT64_MAX)
		err = store_rows(store, from, &rows, &rules);
	if (!err)
		err = store_rows(store, live, &live_rows, &rules);
	if (!err && store_draft_is(live_rows))
		err = error_set(-EAGAIN,
				"the rules of release %" PRIu64
				" stand over those of others",
				live);
	if (!err)
		err = store_log(store, 1, live, span_add, cache);
	if (!err)
		err = spans_check(cache, rows);
	if (!err)
		err = store_permanent_gone(store, rows, live_rows, gone_note,
					   &finding);
	if (!err)
		hosts_join(cache);
	return err;
}

/* Whether a rule is to have the answer that caches got of another one. */
static bool answer_stays(const struct ruleset_entry *gone,
			 const struct ruleset_entry *entry)
{
	struct rule old, rule;

	ruleset_get(gone, &old);
	ruleset_get(entry, &rule);
	return old.code == rule.code && old.max_age == rule.max_age &&
	       !strcmp(old.target, rule.target);
}

int cache_until_edit(struct cache_until *cache, const struct ruleset *gone,
		     const struct ruleset *rules, int64_t now)
{
	size_t at = 0, i;
	int err = 0;

	cache->now = now;
	for (i = 0; i < gone->count && !err; i++) {
		const struct ruleset_entry *entry = &gone->entries[i];

		if (!rule_code_permanent(entry->code))
			continue;
		while (at < rules->count &&
		       ruleset_order(&rules->entries[at], entry) < 0)
			at++;
		if (at < rules->count &&
		    !ruleset_order(&rules->entries[at], entry) &&
		    answer_stays(entry, &rules->entries[at]))
			continue;
		err = held_note(cache, entry->source, now, now, entry->max_age);
	}
	if (!err)
		hosts_join(cache);
	return err;
}

void cache_until_later(struct cache_until *cache, int64_t now)
{
	size_t i;

	for (i = 0; i < cache->count; i++)
		if (cache->hosts[i].live)
			cache->hosts[i].until += now - cache->now;
	cache->now = now;
}

void cache_until_free(struct cache_until *cache)
{
	free(cache->hosts);
	free(cache->spans);
	*cache = (struct cache_until){0};
}
