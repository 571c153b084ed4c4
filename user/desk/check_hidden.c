// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ask.h"
#include "check.h"
#include "check_hidden.h"
#include "error.h"
#include "loop_sample.h"
#include "map_view.h"
#include "rule.h"

struct hidden {
	const struct check *check;
	struct ask ask;
	struct loop_sample sample;
};

static bool has_letters(const char *path)
{
	for (; *path; path++)
		if (isalpha((unsigned char)*path))
			return true;
	return false;
}

/* Whether what is literal at a source's beginning lies below a prefix. */
static bool is_below(const char *path, const struct rule *over)
{
	const char *prefix = strchr(over->source, '/');
	size_t len = strlen(prefix) - 1, lead = strcspn(path, "{*");

	return prefix[len] == '*' && !memchr(prefix, '{', len) && lead >= len &&
	       !(over->fold ? strncasecmp(path, prefix, len)
			    : strncmp(path, prefix, len));
}

/* Whether a rule that is for the sample of another one is for all its
 * requests. */
static bool is_all(const struct rule *rule, const struct rule *over)
{
	const char *path = strchr(rule->source, '/');
	const char *query = strchr(path, '?'), *of = strchr(over->source, '?');
	size_t len = strlen(path), over_len = over->source_len;
	bool pairs = query && path[len - 1] == '*';

	if (rule->fold && !over->fold && has_letters(path) &&
	    strcmp(strchr(over->source, '/'), "/*"))
		return false;
	if (pairs && of && over->source[over_len - 1] != '*')
		return false; /* others may be among the request's */
	if (strchr(path, '{') || (path[len - 1] == '*' && !pairs))
		return is_below(path, over);
	return true;
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
	if (loop_sample_request(sample, &rule, "") &&
	    ask_begin(&hidden->ask, hidden->check->map, false, "", 0,
		      sample->request + sample->host_len,
		      sample->len - sample->host_len) &&
	    ask_first(&hidden->ask) && is_all(&rule, &hidden->ask.met))
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
		check_progress(check, i);
	}
	free(hidden);
	return 0;
}
