// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "hits_print.h"
#include "hits_unused.h"
#include "hits_view.h"
#include "rule.h"
#include "rule_scheme.h"

/* Of a source that is for each scheme by itself, or in two cases, del would take
 * the others, too. */
static void rule_list(const struct rule *rule, bool others)
{
	const char *scheme = rule_scheme_text(rule->scheme);

	printf("%s%s", others ? "# " : "", rule_written(rule));
	if (others)
		printf("%s%s%s: others of this source are used",
		       *scheme ? " scheme=" : "", scheme,
		       rule->fold ? " case=ignore" : "");
	putchar('\n');
}

static int same_print(struct hits_unused *unused)
{
	struct ruleset *same = &unused->same;
	const char *last = "";
	bool others = false;
	struct rule rule;
	size_t i;

	for (i = 0; i < same->count; i++)
		others |= same->entries[i].mark;
	for (i = 0; i < same->count; i++) {
		if (same->entries[i].mark)
			continue;
		ruleset_get(&same->entries[i], &rule);
		/* A line for all that del takes by it. */
		if (others || strcmp(last, rule_written(&rule)) != 0)
			rule_list(&rule, others);
		last = rule_written(&rule);
	}
	ruleset_clear(same);
	return ferror(stdout) ? error_sys(-EIO, "cannot write rules") : 0;
}

static int same_add(struct hits_unused *unused, const struct rule *rule,
		    bool used)
{
	struct ruleset *same = &unused->same;
	int err = 0;

	if (same->count && strcmp(same->entries[0].source, rule->source) != 0)
		err = same_print(unused);
	if (!err)
		err = ruleset_add(same, rule, 0);
	if (!err)
		same->entries[same->count - 1].mark = used;
	return err;
}

int hits_unused_take(struct hits_unused *unused, const struct rule *rule,
		     const struct hits_of *of)
{
	bool used = unused->since ? of->last >= unused->since : of->last != 0;

	unused->rules++;
	unused->count += !used;
	if (!unused->json)
		return same_add(unused, rule, used);
	return used ? 0
		    : json_list_add(&unused->list, hits_print_rule(rule, of));
}

int hits_unused_end(struct hits_unused *unused)
{
	int err = unused->json ? 0 : same_print(unused);

	ruleset_free(&unused->same);
	return err;
}
