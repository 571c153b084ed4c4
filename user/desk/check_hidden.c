// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "check.h"
#include "check_hidden.h"
#include "cross.h"
#include "error.h"
#include "loop_sample.h"
#include "map_view.h"
#include "progress.h"
#include "rule.h"

struct hidden {
	const struct check *check;
	struct ask ask;
	struct loop_sample sample;
	char over[RULE_SOURCE_SIZE], path[RULE_SOURCE_SIZE];
};

/* The path of a source, its letters small where a rule does not mind. */
static struct cross_path path_of(char *room, const char *source, bool fold)
{
	const char *path = strchr(source, '/');
	size_t len = strcspn(path, "?"), i;

	for (i = 0; i < len && fold; i++)
		room[i] = tolower((unsigned char)path[i]);
	return (struct cross_path){fold ? room : path, len};
}

/* Whether letters that a source has are compared with others of a path. */
static bool has_letters(const char *path)
{
	for (; *path; path++) {
		if (isalpha((unsigned char)*path))
			return true;
		path += *path == '{' ? strcspn(path, "}") : 0;
	}
	return false;
}

/* Whether a rule that is for the sample of another one is for all its
 * requests. */
static bool is_all(struct hidden *hidden, const struct rule *rule,
		   const struct rule *over)
{
	const char *path = strchr(rule->source, '/');
	const char *query = strchr(path, '?'), *of = strchr(over->source, '?');
	size_t len = strlen(path), over_len = over->source_len;
	struct cross_path a, b;

	if (rule->fold && !over->fold && has_letters(path) &&
	    has_letters(strchr(over->source, '/')))
		return false;
	if (query && path[len - 1] == '*' && of &&
	    over->source[over_len - 1] != '*')
		return false; /* others may be among the request's */
	if (!strpbrk(path, "{*"))
		return true;
	a = path_of(hidden->over, over->source, over->fold);
	b = path_of(hidden->path, rule->source, over->fold);
	return cross_covers(&a, &b);
}

static void hidden_tell(struct hidden *hidden,
			const struct ruleset_entry *entry,
			const struct rule *rule)
{
	const struct check *check = hidden->check;
	const struct rule *over = &hidden->ask.met;
	const struct ruleset_entry *other = ruleset_find(check->set, over);
	struct warning warning = check_about("hidden", entry, rule);
	struct check_where where;

	warning.other = rule_written(over);
	warning.other_at = other ? other->line : 0;
	warnings_add(check->warnings, &warning,
		     "%s never wins: %s%s has first=yes", warning.source,
		     warning.other, check_where(&where, check, other));
}

static void first_look(struct hidden *hidden, const struct ruleset_entry *entry)
{
	struct loop_sample *sample = &hidden->sample;
	struct rule rule;

	ruleset_get(entry, &rule);
	if (loop_sample_make(sample, &rule, "") &&
	    ask_begin(&hidden->ask, hidden->check->map, false, "", 0,
		      sample->request + sample->host_len,
		      sample->len - sample->host_len) &&
	    ask_first(&hidden->ask) && is_all(hidden, &rule, &hidden->ask.met))
		hidden_tell(hidden, entry, &rule);
}

int check_hidden(const struct check *check)
{
	struct hidden *hidden;
	size_t i;

	if (!map_first(&check->map->header))
		return 0;
	hidden = calloc(1, sizeof(*hidden));
	if (!hidden)
		return error_sys(-ENOMEM, "cannot look for hidden rules");
	hidden->check = check;
	for (i = 0; i < check->set->count; i++) {
		const struct ruleset_entry *entry = &check->set->entries[i];

		if (!entry->first)
			first_look(hidden, entry);
		progress_at(i);
	}
	free(hidden);
	return 0;
}
