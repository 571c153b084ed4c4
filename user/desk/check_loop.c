// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "check.h"
#include "check_loop.h"
#include "error.h"
#include "loop_below.h"
#include "loop_sample.h"
#include "map_level.h"
#include "map_lookup.h"
#include "map_text.h"
#include "map_view.h"
#include "progress.h"
#include "rule.h"
#include "rule_code.h"
#include "ruleset.h"
#include "walk.h"

/* Browsers follow 20 redirects. */
enum { LOOP_STEPS = 20 };

enum loop_kind {
	LOOP_NONE,
	LOOP_CHAIN,
	LOOP_SCHEME, /* the same URL, but for https */
	LOOP_BACK,
};

struct loop {
	const struct check *check;
	const struct ruleset *set;
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
	const struct ruleset_entry *other_entry; /* NULL: not in the set */
	/* Of a chain: how many redirects, and whether the end is a 410. */
	int redirects;
	bool gone;
	char end[ANSWER_MAX];
	/* The last one that was told of, and its end: the rule for https of the
	 * same source and line mostly leads there, too. */
	const struct ruleset_entry *told_entry;
	char told_end[ANSWER_MAX];
	struct loop_below below;
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

/* Whether a redirect of the walk's is followed by another, or by a 410. */
static enum loop_kind walk_end(struct loop *loop, int redirects)
{
	const struct walk *walk = &loop->walk;

	loop->redirects = redirects;
	loop->gone = walk->addr && met_read(loop) && loop->met.code == 410;
	return redirects > 1 || loop->gone ? LOOP_CHAIN : LOOP_NONE;
}

/* What becomes of a request that the rule redirects. One of https alone that
 * leads https requests to themselves gets them. That a rule leads to https of
 * the same URL, and that on, is how it should be (RFC 6797 7.2). */
static enum loop_kind walk_all(struct loop *loop)
{
	bool https_only = loop->entry->scheme == RULE_SCHEME_HTTPS;
	struct walk *walk = &loop->walk;
	const struct map *found = NULL;
	bool again = false, kept = true, upgrade = false;
	uint32_t addr = 0;
	int step;

	for (step = 1; step <= LOOP_STEPS; step++) {
		bool ours;

		if (!walk_on(walk))
			return upgrade ? LOOP_NONE : walk_end(loop, step);
		if (step == 1) {
			addr = map_lookup(walk->map, &walk->before);
			found = map_found(walk->map, &walk->before);
			upgrade = walk_stays(walk) && walk_turns(walk);
		}
		ours = walk->addr == addr && walk->found == found &&
		       scheme_is_ours(loop);
		again = again || ours;
		kept = kept && walk_path_stays(walk);
		if (!walk_stays(walk) || (!ours && walk_turns(walk)))
			continue;
		if (!ours && walk->key.https)
			return LOOP_NONE; /* it is that rule's */
		if (!ours)
			continue;
		return kept && walk->key.https && !https_only ? LOOP_SCHEME
							      : LOOP_BACK;
	}
	if (again)
		return LOOP_BACK;
	loop->redirects = LOOP_STEPS + 1;
	loop->gone = false;
	return upgrade ? LOOP_NONE : LOOP_CHAIN;
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
		entry = ruleset_find(loop->set, &loop->met);
		if (!loop->other[0]) {
			strcpy(loop->other, rule_written(&loop->met));
			loop->other_entry = entry;
		}
		if (entry)
			loop->told[entry - loop->set->entries] = true;
	}
}

static void back_report(struct loop *loop)
{
	const struct ruleset_entry *entry = loop->entry;
	struct warnings *warnings = loop->check->warnings;
	struct warning warning = check_about("loop", entry, &loop->rule);
	struct check_where where;

	way_back(loop);
	if (!loop->other[0]) {
		warning.kind = "self";
		warnings_add(warnings, &warning,
			     "%s leads to %s, which it is for itself",
			     warning.source, warning.target);
		return;
	}
	warning.other = loop->other;
	if (loop->other_entry)
		warning.other_at = loop->other_entry->line;
	warnings_add(warnings, &warning, "%s leads to %s%s and back",
		     warning.source, loop->other,
		     loop->other_entry && !loop->other_entry->line
			     ? ","
			     : check_where(&where, loop->check,
					   loop->other_entry));
}

/* Whether a rule moves a whole host to another one. */
static bool is_move(const struct rule *rule)
{
	const char *path = strchr(rule->source, '/');
	size_t len = path - rule->source;
	const char *host = loop_sample_host(rule->target);

	return rule->source[0] != '*' && !strcmp(path, "/*") &&
	       rule->target[0] != '-' &&
	       rule->target[rule->target_len - 1] == '*' &&
	       (strncasecmp(host, rule->source, len) || host[len] != '/');
}

/* Whether the same was told of the source's rule for the other scheme. */
static bool is_told(struct loop *loop)
{
	const struct ruleset_entry *told = loop->told_entry;
	const struct ruleset_entry *entry = loop->entry;
	bool same = told && told != entry && told->line == entry->line &&
		    told->scheme && entry->scheme &&
		    told->source_len == entry->source_len &&
		    !strcmp(told->source, entry->source) &&
		    !strcmp(loop->told_end, loop->end);

	loop->told_entry = entry;
	strcpy(loop->told_end, loop->end);
	return same;
}

/* Say where the sample's request ends. */
static void chain_report(struct loop *loop)
{
	const struct loop_sample *sample = &loop->sample;
	struct warning warning = check_about("chain", loop->entry, &loop->rule);
	const struct ruleset_entry *other;
	const char *end = loop->end;
	struct check_where where;

	if (!request_walk(loop) ||
	    (!walk_on(&loop->walk) && !loop->walk.addr) || !met_read(loop) ||
	    is_told(loop))
		return;
	other = ruleset_find(loop->set, &loop->met);
	if (is_move(&loop->met))
		warning.kind = "moved";
	warning.other = rule_written(&loop->met);
	warning.other_at = other ? other->line : 0;
	warning.target = end;
	if (loop->redirects == 1)
		warnings_add(loop->check->warnings, &warning,
			     "%s leads to %s, which is gone: %s%s answers 410",
			     warning.source, end, warning.other,
			     check_where(&where, loop->check, other));
	else
		warnings_add(
			loop->check->warnings, &warning,
			"%s leads to %s%s and on: %s%d redirects from %.*s to %s%s",
			warning.source, warning.other,
			check_where(&where, loop->check, other),
			loop->redirects > LOOP_STEPS ? "over " : "",
			loop->redirects > LOOP_STEPS ? LOOP_STEPS
						     : loop->redirects,
			(int)sample->len, sample->request, end,
			loop->gone ? ", which is gone" : "");
}

static void end_keep(struct loop *loop)
{
	memcpy(loop->end, loop->walk.url, loop->walk.asked);
	loop->end[loop->walk.asked] = '\0';
}

/* Whether the rule wins for the sample, and what becomes of that. */
static enum loop_kind sample_check(struct loop *loop, const char *more)
{
	enum loop_kind kind;

	if (!loop_sample_make(&loop->sample, &loop->rule, more) ||
	    !request_walk(loop))
		return LOOP_NONE;
	kind = walk_all(loop);
	if (kind == LOOP_NONE)
		return kind;
	if (kind == LOOP_CHAIN)
		end_keep(loop);
	/* another rule may win for this request */
	if (!request_walk(loop) || !met_read(loop) || !met_is_ours(loop))
		return LOOP_NONE;
	return kind;
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
		loop->host_has_rules = walk_knows(loop->map, loop->host, len);
	}
	return loop->host_has_rules;
}

/* Whether requests of the rule are led to a rule that is not for all of
 * them. */
static enum loop_kind below_check(struct loop *loop)
{
	struct loop_below *below = &loop->below;

	if (loop_sample_stays(loop->rule.target) ||
	    !loop_below_begin(below, loop->map, loop->set, loop->entry,
			      &loop->rule, loop->host, loop->target_host_len))
		return LOOP_NONE;
	while (loop_below_next(below))
		if (sample_check(loop, below->more) == LOOP_CHAIN)
			return LOOP_CHAIN;
	return LOOP_NONE;
}

/* What becomes of the rule's requests; for LOOP_CHAIN the sample is one. */
static enum loop_kind rule_check(struct loop *loop)
{
	enum loop_kind kind = sample_check(loop, "x"), empty;

	if (kind == LOOP_BACK || kind == LOOP_CHAIN)
		return kind;
	empty = sample_check(loop, "");
	if (empty != LOOP_NONE)
		return empty;
	return kind == LOOP_NONE ? below_check(loop) : kind;
}

static void entry_check(struct loop *loop)
{
	enum loop_kind kind;

	if (!target_is_ours(loop))
		return;
	ruleset_get(loop->entry, &loop->rule);
	kind = rule_check(loop);
	if (kind == LOOP_BACK)
		back_report(loop);
	else if (kind == LOOP_CHAIN && !loop->check->some)
		chain_report(loop);
	if (kind != LOOP_SCHEME)
		return;
	if (!loop->schemes++ || loop->entry->line < loop->scheme->line)
		loop->scheme = loop->entry;
}

/* Where somebody else answers https that is how it should be: once for all. */
static void scheme_report(const struct loop *loop)
{
	struct warning warning;
	struct rule rule;

	if (!loop->schemes)
		return;
	ruleset_get(loop->scheme, &rule);
	warning = check_about("loop", loop->scheme, &rule);
	warnings_add(
		loop->check->warnings, &warning,
		"%s leads https requests to themselves, if they come here, too (rules of this kind: %lu); scheme=http leaves them out",
		warning.source, loop->schemes);
}

int check_loop(const struct check *check)
{
	struct loop *loop = calloc(1, sizeof(*loop));
	bool *told = calloc(check->set->count, sizeof(*told));
	int err = 0;
	size_t i;

	if (!loop || !told) {
		err = error_sys(-ENOMEM, "cannot look for loops");
		goto out;
	}
	loop->check = check;
	loop->set = check->set;
	loop->map = check->map;
	loop->told = told;
	for (i = 0; i < loop->set->count; i++) {
		loop->entry = &loop->set->entries[i];
		if (rule_code(loop->entry->code)->target && !told[i])
			entry_check(loop);
		progress_at(i);
	}
	scheme_report(loop);
out:
	free(told);
	free(loop);
	return err;
}
