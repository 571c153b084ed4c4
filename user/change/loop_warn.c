// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "line_errors.h"
#include "loop_sample.h"
#include "loop_warn.h"
#include "map_level.h"
#include "map_text.h"
#include "map_lookup.h"
#include "map_view.h"
#include "places.h"
#include "rule.h"
#include "rule_code.h"
#include "ruleset.h"
#include "walk.h"

/* Browsers follow 20 redirects. */
enum { LOOP_STEPS = 20 };

enum loop_kind {
	LOOP_NONE,
	LOOP_SCHEME, /* the same URL, but for https */
	LOOP_BACK,
};

struct loop {
	const struct ruleset *change;
	struct line_errors *warnings;
	const struct map *map;
	bool *told; /* entries of loops that are told of */
	/* The rule that is looked at, and a request for it. */
	const struct ruleset_entry *entry;
	struct rule rule;
	struct loop_sample sample;
	struct walk walk;
	/* Whether there are rules for the host that targets had last: rules
	 * mostly come with the same one. */
	char host[LIMIT_TARGET + 8]; /* read in words of 8 bytes */
	char name[LIMIT_TARGET + 8]; /* the one that is compared with it */
	size_t target_host_len;
	bool host_has_rules;
	/* The first one with LOOP_SCHEME, and how many there are. */
	const struct ruleset_entry *scheme;
	unsigned long schemes;
	/* The texts of a rule that was met. */
	struct rule met;
	struct rule_buffer buffer;
	char other[RULE_SOURCE_SIZE];
	const struct ruleset_entry *other_entry; /* NULL: not in the change */
};

static int met_take(void *arg, const struct map *map, uint32_t host,
		    uint32_t addr)
{
	struct loop *loop = arg;
	int err = map_rule_text(&loop->met, &loop->buffer, map, host, addr);

	return err ? err : 1;
}

/* Read the rule that answers the walk's request into loop->met. */
static bool met_read(struct loop *loop)
{
	return map_levels_each(loop->map, &loop->walk.key, met_take, loop) > 0;
}

static bool met_is_ours(const struct loop *loop)
{
	return !ruleset_order_rule(loop->entry, &loop->met);
}

static const char *entry_target(const struct ruleset_entry *entry)
{
	return entry->source + entry->source_len + 1;
}

/* Begin with that request; the next one is for where the rule sends it. */
static bool request_walk(struct loop *loop)
{
	const struct loop_sample *sample = &loop->sample;
	const char *request = sample->request;
	size_t host_len = sample->host_len;

	if (!walk_begin(&loop->walk, loop->map,
			loop->rule.scheme == RULE_SCHEME_HTTPS, request,
			host_len, request + host_len, sample->len - host_len))
		return false;
	loop->walk.len = loop_sample_target(sample, loop->walk.url);
	return true;
}

/* Whether a rule is for the scheme of the walk's request. */
static bool scheme_is_ours(const struct loop *loop)
{
	unsigned int scheme = loop->entry->scheme;

	return !scheme ||
	       (scheme == RULE_SCHEME_HTTPS) == !!loop->walk.key.https;
}

/* Whether the walk comes back to the rule of its first request. One of https
 * alone that leads https requests to themselves gets them. */
static enum loop_kind walk_all(struct loop *loop)
{
	bool https_only = loop->entry->scheme == RULE_SCHEME_HTTPS;
	struct walk *walk = &loop->walk;
	const struct map *found = NULL;
	bool again = false, kept = true;
	uint32_t addr = 0;
	int step;

	for (step = 1; step <= LOOP_STEPS; step++) {
		bool ours;

		if (!walk_on(walk))
			return LOOP_NONE;
		if (step == 1) {
			addr = map_lookup(walk->map, &walk->before);
			found = map_found(walk->map, &walk->before);
		}
		ours = walk->addr == addr && walk->found == found &&
		       scheme_is_ours(loop);
		again = again || ours;
		kept = kept && walk_path_stays(walk);
		if (!walk_stays(walk) || (!ours && walk_turns(walk)))
			continue;
		if (!ours)
			return LOOP_NONE; /* it is that rule's */
		return kept && walk->key.https && !https_only ? LOOP_SCHEME
							      : LOOP_BACK;
	}
	return again ? LOOP_BACK : LOOP_NONE;
}

/* Mark all rules on the way back as told of; loop->other receives the first
 * one that is not the rule itself, or "". */
static void way_back(struct loop *loop)
{
	const struct ruleset_entry *entry;
	int step;

	loop->other[0] = '\0';
	loop->other_entry = NULL;
	if (!request_walk(loop))
		return;
	for (step = 0; step < LOOP_STEPS && walk_on(&loop->walk); step++) {
		if (!met_read(loop) || met_is_ours(loop))
			break;
		entry = ruleset_find(loop->change, &loop->met);
		if (!loop->other[0]) {
			strcpy(loop->other, rule_written(&loop->met));
			loop->other_entry = entry;
		}
		if (entry)
			loop->told[entry - loop->change->entries] = true;
	}
}

static void back_report(struct loop *loop)
{
	const struct ruleset_entry *entry = loop->entry, *other;
	const char *source = rule_written(&loop->rule);
	struct places_name place;

	way_back(loop);
	other = loop->other_entry;
	if (!loop->other[0])
		line_errors_add(loop->warnings, entry->line,
				"loop: %s leads to %s, which it is for itself",
				source, entry_target(entry));
	else if (other)
		line_errors_add(loop->warnings, entry->line,
				"loop: %s leads to %s on %s, and back", source,
				loop->other,
				places_name(&place, loop->warnings->places,
					    other->line));
	else
		line_errors_add(loop->warnings, entry->line,
				"loop: %s leads to %s, which is live, and back",
				source, loop->other);
}

static enum loop_kind sample_check(struct loop *loop, const char *more)
{
	enum loop_kind kind;

	if (!loop_sample_make(&loop->sample, &loop->rule, more) ||
	    !request_walk(loop))
		return LOOP_NONE;
	kind = walk_all(loop);
	if (kind == LOOP_NONE || !request_walk(loop))
		return LOOP_NONE;
	/* another rule may win for this request */
	return met_read(loop) && met_is_ours(loop) ? kind : LOOP_NONE;
}

/* Whether a host or one of its wildcards has rules. */
static bool has_rules(const struct map *map, const char *host, size_t len)
{
	const uint8_t *name = (const uint8_t *)host, *end = name + len;
	struct map_level_cost cost;

	if (map_level_cost(map, MAP_KIND_HOST, name, len, &cost))
		return true;
	for (; name < end; name++)
		if (*name == '.' && map_level_cost(map, MAP_KIND_WILD, name + 1,
						   end - name - 1, &cost))
			return true;
	return false;
}

/* Copy a host in lower case, up to its end, without a final dot: its length. */
static size_t host_copy(char *to, const char *host)
{
	size_t len = strcspn(host, ":/?#"), i;

	for (i = 0; i < len; i++)
		to[i] = tolower((unsigned char)host[i]);
	return len && to[len - 1] == '.' ? len - 1 : len;
}

/* Whether the rule leads to a host that rules are for. */
static bool target_is_ours(struct loop *loop)
{
	const char *target = entry_target(loop->entry);
	const char *host = loop_sample_host(target);
	size_t len;

	if (*host == '[' || loop_sample_stays(target))
		return true;
	len = host_copy(loop->name, host);
	if (len != loop->target_host_len ||
	    memcmp(loop->name, loop->host, len)) {
		loop->target_host_len = len;
		memcpy(loop->host, loop->name, len);
		loop->host_has_rules = has_rules(loop->map, loop->host, len);
	}
	return loop->host_has_rules;
}

static void entry_check(struct loop *loop)
{
	enum loop_kind kind = LOOP_NONE;

	if (!target_is_ours(loop))
		return;
	ruleset_get(loop->entry, &loop->rule);
	kind = sample_check(loop, "x");
	if (kind != LOOP_BACK) {
		enum loop_kind empty = sample_check(loop, "");

		kind = empty == LOOP_NONE ? kind : empty;
	}
	if (kind == LOOP_BACK)
		back_report(loop);
	if (kind != LOOP_SCHEME)
		return;
	if (!loop->schemes++ || loop->entry->line < loop->scheme->line)
		loop->scheme = loop->entry;
}

/* Where somebody else answers https that is how it should be: once for all. */
static void scheme_report(const struct loop *loop)
{
	struct rule rule;

	if (!loop->schemes)
		return;
	ruleset_get(loop->scheme, &rule);
	line_errors_add(
		loop->warnings, loop->scheme->line,
		"loop: %s leads https requests to themselves, if they come here, too (rules of this kind: %lu); scheme=http leaves them out",
		rule_written(&rule), loop->schemes);
}

int loop_warn(struct line_errors *warnings, const struct map *map,
	      const struct ruleset *change)
{
	struct loop *loop = calloc(1, sizeof(*loop));
	bool *told = calloc(change->count, sizeof(*told));
	int err = 0;
	size_t i;

	if (!loop || !told) {
		err = error_sys(-ENOMEM, "cannot look for loops");
		goto out;
	}
	loop->change = change;
	loop->warnings = warnings;
	loop->map = map;
	loop->told = told;
	for (i = 0; i < change->count; i++) {
		loop->entry = &change->entries[i];
		if (rule_code(loop->entry->code)->target && !told[i])
			entry_check(loop);
	}
	scheme_report(loop);
out:
	free(told);
	free(loop);
	return err;
}
