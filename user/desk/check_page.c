// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "check.h"
#include "check_page.h"
#include "loop_sample.h"
#include "rule.h"
#include "rule_code.h"

/* Whether it is a prefix of one segment at most. */
static bool is_large(const struct ruleset_entry *entry)
{
	const char *path = strchr(entry->source, '/') + 1;
	const char *end = entry->source + entry->source_len - 1;
	const char *slash = memchr(path, '/', end - path);

	return *end == '*' && end[-1] != '&' &&
	       !memchr(path, '{', end - path) && (!slash || slash + 1 == end);
}

/* Whether a target takes nothing of the path. */
static bool is_one_page(const char *target)
{
	const char *path = loop_sample_host(target);

	path += strcspn(path, "/?#");
	return !strpbrk(path, "*{");
}

static void page_tell(const struct check *check,
		      const struct ruleset_entry *entry)
{
	struct warning warning;
	struct rule rule;
	bool whole;

	ruleset_get(entry, &rule);
	whole = !strcmp(strchr(rule.source, '/'), "/*");
	warning = check_about("one page", entry, &rule);
	warnings_add(
		check->warnings, &warning,
		"%s: all of %s goes to %s; a '*' behind that would keep the rest of the path",
		warning.source, whole ? "the host" : "it", rule.target);
}

int check_page(const struct check *check)
{
	const struct ruleset_entry *entry = check->set->entries;
	const struct ruleset_entry *end = entry + check->set->count;

	for (; entry < end; entry++)
		if (entry->source[entry->source_len - 1] == '*' &&
		    rule_code(entry->code)->target && is_large(entry) &&
		    is_one_page(entry->source + entry->source_len + 1))
			page_tell(check, entry);
	return 0;
}
