// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "ask.h"
#include "check.h"
#include "check_near.h"
#include "error.h"
#include "loop_sample.h"
#include "progress.h"
#include "rule.h"
#include "rule_code.h"

/* The rules of "*.name" that are for some paths; those of "*". */
struct near_group {
	size_t first, end; /* in the set */
	size_t host_len;
};

enum { NEAR_ASKS = 50000, NEAR_SHARE = 16 };

struct near {
	const struct check *check;
	struct near_group *groups;
	size_t count, room;
	size_t asks; /* that may still be made */
	struct ask ask;
	struct loop_sample over, sample;
};

static const struct ruleset_entry *entry_at(const struct near *near, size_t i)
{
	return &near->check->set->entries[i];
}

/* Add the rules of a host that begin at one of them. Returns the one behind
 * them, or 0 without memory. */
static size_t group_add(struct near *near, size_t first)
{
	const struct ruleset *set = near->check->set;
	const char *source = entry_at(near, first)->source;
	struct near_group group = {first, first, strcspn(source, "/")};
	bool paths = false;

	while (group.end < set->count &&
	       !memcmp(entry_at(near, group.end)->source, source,
		       group.host_len + 1)) {
		const struct ruleset_entry *entry = entry_at(near, group.end);

		paths |= entry->source_len != group.host_len + 2 ||
			 entry->source[group.host_len + 1] != '*';
		group.end++;
	}
	if (!paths)
		return group.end;
	if (array_grow(&near->groups, &near->room, near->count + 1,
		       sizeof(*near->groups)))
		return 0;
	near->groups[near->count++] = group;
	return group.end;
}

/* Wildcards are sorted before all names. */
static int groups_find(struct near *near)
{
	size_t i = 0;

	while (i < near->check->set->count &&
	       entry_at(near, i)->source[0] == '*') {
		i = group_add(near, i);
		if (!i)
			return error_sys(-ENOMEM,
					 "cannot look for hidden rules");
	}
	return 0;
}

/* The group of the wildcard whose host goes on so behind its '*', up to the
 * path; or NULL. */
static const struct near_group *group_find(const struct near *near,
					   const char *rest)
{
	size_t low = 0, high = near->count, len = strcspn(rest, "/") + 1;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct near_group *group = &near->groups[middle];
		int order = strncmp(entry_at(near, group->first)->source + 1,
				    rest, len);

		if (!order)
			return group;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* The first rule of a group whose path begins with a text, or comes behind. */
static size_t range_find(const struct near *near,
			 const struct near_group *group, const char *path,
			 size_t len)
{
	size_t low = group->first, high = group->end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strncmp(entry_at(near, middle)->source + group->host_len,
			    path, len) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whether a prefix is what answers for another rule's sample. */
static bool is_lost(struct near *near, const struct ruleset_entry *entry,
		    const struct ruleset_entry *over)
{
	struct loop_sample *sample = &near->sample;
	struct rule rule;

	ruleset_get(entry, &rule);
	return loop_sample_make(sample, &rule, "") &&
	       ask_begin(&near->ask, near->check->map,
			 (over->scheme ? over->scheme : entry->scheme) ==
				 RULE_SCHEME_HTTPS,
			 near->over.request, near->over.host_len,
			 sample->request + sample->host_len,
			 sample->len - sample->host_len) &&
	       ask_rule(&near->ask) &&
	       !strcmp(near->ask.met.source, over->source);
}

static void near_tell(struct near *near, const struct ruleset_entry *entry,
		      const struct ruleset_entry *over, unsigned long lost)
{
	const struct check *check = near->check;
	struct warning warning;
	struct check_where where;
	struct rule rule, other;
	const char *at = check_where(&where, check, over);

	ruleset_get(entry, &rule);
	ruleset_get(over, &other);
	warning = check_about("hidden", entry, &rule);
	warning.other = rule_written(&other);
	warning.other_at = over->line;
	if (lost == 1)
		warnings_add(
			check->warnings, &warning,
			"%s never wins for %.*s: %s%s wins, which is the nearer host's; give the rule that host, too",
			warning.source, (int)strcspn(over->source, "/"),
			over->source, warning.other, at);
	else
		warnings_add(
			check->warnings, &warning,
			"%s and %s%lu more never win for %.*s: %s%s wins, which is the nearer host's; give the rules that host, too",
			warning.source, near->asks ? "" : "at least ", lost - 1,
			(int)strcspn(over->source, "/"), over->source,
			warning.other, at);
}

/* Look what a prefix takes from one wildcard. */
static void group_look(struct near *near, const struct near_group *group,
		       const struct ruleset_entry *over, const char *path)
{
	size_t len = over->source + over->source_len - 1 - path;
	size_t i = range_find(near, group, path, len);
	const struct ruleset_entry *first = NULL;
	unsigned long lost = 0;

	for (; i < group->end && near->asks; i++) {
		const struct ruleset_entry *entry = entry_at(near, i);
		const char *of = entry->source + group->host_len;

		if (strncmp(of, path, len))
			break;
		/* the same path of a nearer host is meant */
		if (entry->first || !strcmp(of, path))
			continue;
		near->asks--;
		if (!is_lost(near, entry, over))
			continue;
		lost++;
		if (!first || entry->line < first->line)
			first = entry;
	}
	if (lost)
		near_tell(near, first, over, lost);
}

/* Look what a prefix takes from all wildcards that its host is below. */
static void prefix_look(struct near *near, const struct ruleset_entry *over)
{
	const char *path = strchr(over->source, '/'), *rest = over->source;
	const struct near_group *group;
	struct rule rule;

	if (over->source[0] == '*' && over->source[1] != '.')
		return;
	rest += over->source[0] == '*' ? 2 : 0;
	ruleset_get(over, &rule);
	if (!loop_sample_make(&near->over, &rule, ""))
		return;
	while (rest < path) {
		rest += strcspn(rest, "./");
		group = group_find(near, rest);
		if (group)
			group_look(near, group, over, path);
		rest++;
	}
}

/* Whether it is a prefix that leads somewhere; of both schemes' the last. */
static bool is_prefix(const struct near *near, size_t i)
{
	const struct ruleset_entry *entry = entry_at(near, i);

	return entry->source[entry->source_len - 1] == '*' &&
	       rule_code(entry->code)->target &&
	       !memchr(entry->source, '{', entry->source_len) &&
	       !memchr(entry->source, '?', entry->source_len) &&
	       (i + 1 == near->check->set->count ||
		strcmp(entry->source, entry_at(near, i + 1)->source));
}

int check_near(const struct check *check)
{
	struct near *near = calloc(1, sizeof(*near));
	size_t i;
	int err;

	if (!near)
		return error_sys(-ENOMEM, "cannot look for hidden rules");
	near->check = check;
	near->asks = NEAR_ASKS + check->set->count / NEAR_SHARE;
	err = groups_find(near);
	for (i = 0; !err && near->count && near->asks && i < check->set->count;
	     i++) {
		if (is_prefix(near, i))
			prefix_look(near, entry_at(near, i));
		progress_at(i);
	}
	free(near->groups);
	free(near);
	return err;
}
