// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "check.h"
#include "check_www.h"
#include "error.h"
#include "loop_sample.h"
#include "progress.h"
#include "rule.h"
#include "rule_code.h"

/* The rules of a host. */
struct www_group {
	size_t first, end; /* in the set */
	const char *host;  /* goes on with '/' */
	size_t len;
	bool whole; /* one of them is for all paths */
};

enum { WWW_ASKS = 50000, WWW_SHARE = 16 };

struct www {
	const struct check *check;
	size_t asks; /* that may still be made */
	struct ask ask;
	struct loop_sample sample;
	const struct ruleset_entry *lost; /* the first source that is told of */
};

static const struct ruleset_entry *entry_at(const struct www *www, size_t i)
{
	return &www->check->set->entries[i];
}

static struct www_group group_read(const struct www *www, size_t first)
{
	const char *host = entry_at(www, first)->source;
	struct www_group group = {first, first, host, strcspn(host, "/"),
				  false};
	const char *source;

	while (group.end < www->check->set->count) {
		source = entry_at(www, group.end)->source;
		if (memcmp(source, host, group.len + 1))
			break;
		group.whole |= !strcmp(source + group.len, "/*");
		group.end++;
	}
	return group;
}

/* Whether a host answers for a source of another one. */
static bool is_there(struct www *www, const struct ruleset_entry *entry,
		     const struct www_group *host)
{
	struct loop_sample *sample = &www->sample;
	struct rule rule;

	ruleset_get(entry, &rule);
	return !loop_sample_make(sample, &rule, "") ||
	       !ask_begin(&www->ask, www->check->map,
			  entry->scheme == RULE_SCHEME_HTTPS, host->host,
			  host->len, sample->request + sample->host_len,
			  sample->len - sample->host_len) ||
	       ask_answers(&www->ask);
}

/* How many sources of a group the other host has no answer for. */
static unsigned long lost_count(struct www *www, const struct www_group *group,
				const struct www_group *other)
{
	unsigned long lost = 0;
	size_t i;

	for (i = group->first; i < group->end && www->asks; i++) {
		const struct ruleset_entry *entry = entry_at(www, i);

		if (!rule_code(entry->code)->target)
			continue;
		www->asks--;
		if (is_there(www, entry, other))
			continue;
		lost++;
		if (!www->lost || entry->line < www->lost->line)
			www->lost = entry;
	}
	return lost;
}

static void pair_look(struct www *www, const struct www_group *with,
		      const struct www_group *bare)
{
	unsigned long one, two;
	struct warning warning;
	struct rule rule;

	if (with->whole || bare->whole)
		return;
	www->lost = NULL;
	one = lost_count(www, with, bare);
	two = lost_count(www, bare, with);
	if (!www->lost)
		return;
	ruleset_get(www->lost, &rule);
	warning = check_about("twin", www->lost, &rule);
	warnings_add(
		www->check->warnings, &warning,
		"%s is one of %lu sources of both hosts without a rule at the other (%.*s: %lu, %.*s: %lu); .%.*s/... is for both",
		warning.source, one + two, (int)with->len, with->host, one,
		(int)bare->len, bare->host, two, (int)bare->len, bare->host);
}

static bool is_www(const struct www *www, size_t i)
{
	return i < www->check->set->count &&
	       !strncmp(entry_at(www, i)->source, "www.", 4);
}

/* Both are sorted by name: go through them side by side. */
static void pairs_look(struct www *www)
{
	size_t count = www->check->set->count, i = 0;
	struct www_group with, bare;
	int order;

	while (i < count && !is_www(www, i))
		i++;
	if (i == count)
		return;
	with = group_read(www, i);
	bare = group_read(www, 0);
	for (;;) {
		order = strncmp(with.host + 4, bare.host, with.len - 3);
		if (!order)
			pair_look(www, &with, &bare);
		progress_at(with.first);
		if (!www->asks || (order <= 0 && !is_www(www, with.end)) ||
		    (order > 0 && bare.end == count))
			break;
		if (order <= 0)
			with = group_read(www, with.end);
		else
			bare = group_read(www, bare.end);
	}
}

int check_www(const struct check *check)
{
	struct www *www = calloc(1, sizeof(*www));

	if (!www)
		return error_sys(-ENOMEM, "cannot look for twins");
	www->check = check;
	www->asks = WWW_ASKS + check->set->count / WWW_SHARE;
	pairs_look(www);
	free(www);
	return 0;
}
