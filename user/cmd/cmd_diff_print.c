// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd_diff_print.h"
#include "edit.h"
#include "json.h"
#include "rule.h"
#include "text.h"

/* Going through an edit, place by place. */
struct walk {
	const struct edit *edit;
	size_t rules, gone;
};

static bool place_next(struct walk *walk, const struct ruleset_entry **before,
		       const struct ruleset_entry **after)
{
	const struct ruleset *rules = &walk->edit->rules;
	const struct ruleset *gone = &walk->edit->gone;
	int order;

	while (walk->rules < rules->count &&
	       rules->entries[walk->rules].mark == EDIT_SAME)
		walk->rules++;
	*before = walk->gone < gone->count ? &gone->entries[walk->gone] : NULL;
	*after = walk->rules < rules->count ? &rules->entries[walk->rules]
					    : NULL;
	if (*before && *after) {
		order = ruleset_order(*before, *after);
		*before = order <= 0 ? *before : NULL;
		*after = order >= 0 ? *after : NULL;
	}
	walk->gone += *before ? 1 : 0;
	walk->rules += *after ? 1 : 0;
	return *before || *after;
}

struct host {
	const char *name; /* up to its '/' */
	size_t len;
	uint64_t added, removed, changed;
};

static void host_print(FILE *out, const struct host *host)
{
	if (host->name)
		fprintf(out, "%-40.*s +%" PRIu64 " -%" PRIu64 " ~%" PRIu64 "\n",
			(int)host->len, host->name, host->added, host->removed,
			host->changed);
}

void cmd_diff_stat(FILE *out, const struct edit *edit)
{
	const struct ruleset_entry *before, *after, *any;
	struct walk walk = {.edit = edit};
	struct host host = {0};

	while (place_next(&walk, &before, &after)) {
		size_t len;

		any = after ? after : before;
		len = strcspn(any->source, "/");
		if (!host.name || len != host.len ||
		    memcmp(any->source, host.name, len)) {
			host_print(out, &host);
			host = (struct host){.name = any->source, .len = len};
		}
		host.changed += before && after;
		host.removed += before && !after;
		host.added += !before;
	}
	host_print(out, &host);
}

static json_t *entry_json(const struct ruleset_entry *entry)
{
	struct rule rule;

	if (!entry)
		return json_null();
	ruleset_get(entry, &rule);
	return json_of_rule(&rule);
}

int cmd_diff_json(FILE *out, const struct edit *edit)
{
	const struct ruleset_entry *before, *after;
	struct walk walk = {.edit = edit};
	struct json_list list = {.out = out};
	int err = 0;

	while (!err && place_next(&walk, &before, &after)) {
		const char *change = !before ? "added"
				     : after ? "changed"
					     : "removed";

		err = json_list_add(
			&list, json_pack("{s:s, s:o, s:o}", "change", change,
					 "before", entry_json(before), "after",
					 entry_json(after)));
	}
	if (!err)
		json_list_end(&list);
	return err;
}
