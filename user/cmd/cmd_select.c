// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "cmd_change.h"
#include "cmd_select.h"
#include "error.h"
#include "host.h"
#include "rule.h"
#include "rule_apex.h"
#include "ruleset_sort.h"
#include "source_live.h"
#include "sources.h"
#include "store_scan.h"

int cmd_select_take(const struct cmd *cmd, int option,
		    struct cmd_select *select)
{
	if (option == CMD_SELECT_SCHEME)
		return cmd_take_scheme(cmd, &select->filter);
	return option == CMD_SELECT_TAG ? cmd_take_tag(cmd, &select->filter)
					: cmd_take_host(cmd, &select->filter);
}

int cmd_select_args(struct cmd_select *select, const struct cmd *cmd, int argc,
		    char **argv)
{
	struct rule_error error;
	int i, err;

	if (filter_given(&select->filter) && optind < argc)
		return cmd_usage(cmd, "SOURCEs, or --tag and --host, not both");
	select->standard = argc - optind == 1 && !strcmp(argv[optind], "-");
	if (select->standard)
		return CMD_OK;
	for (i = optind; i < argc; i++) {
		if (!strcmp(argv[i], "-"))
			return cmd_usage(cmd, "- or SOURCEs, not both");
		err = sources_add(&select->wanted, argv[i], strlen(argv[i]), i,
				  &error);
		if (err == -EINVAL)
			return cmd_usage(cmd, "%s: %s: %s", argv[i],
					 error.field, error.reason);
		if (err)
			return cmd_fail(cmd);
	}
	return CMD_OK;
}

int cmd_select_read(struct cmd_select *select)
{
	int err = 0;

	if (select->standard)
		err = sources_read(&select->wanted, "-", &select->errors);
	if (!err && select->standard && !select->wanted.count &&
	    !select->errors.total)
		err = error_set(-ENOENT, "standard input names no rule");
	return err;
}

bool cmd_select_given(const struct cmd_select *select)
{
	return select->standard || select->wanted.count ||
	       filter_given(&select->filter);
}

bool cmd_select_failed(const struct cmd_select *select)
{
	return select->missing || select->errors.total;
}

static const char *entry_written(const struct ruleset_entry *entry)
{
	struct rule rule;

	ruleset_get(entry, &rule);
	return rule_written(&rule);
}

/* The rules of sources while they are looked for. */
struct search {
	struct cmd_select *select;
	const struct cmd_change *change;
	struct source_live live;
	struct ruleset found;
};

/* Of a source that is a host alone the host, if that has rules; else "". */
static int host_find(char host[HOST_SIZE + 4], const struct search *search,
		     const char *source)
{
	const struct cmd_change *change = search->change;
	const char *path = strchr(source, '/');
	struct store_scan *scan = NULL;
	struct rule rule;
	int err;

	*host = '\0';
	if (!change->store || !path || strcmp(path, "/*") ||
	    path - source > HOST_SIZE + 2)
		return 0;
	snprintf(host, HOST_SIZE + 4, "%.*s", (int)(path - source), source);
	err = store_scan_host(&scan, change->store, change->rows, host);
	if (!err)
		err = store_scan_next(scan, &rule);
	store_scan_close(scan);
	if (err <= 0)
		*host = '\0';
	return err < 0 ? err : 0;
}

/* other: what is not there either, or NULL. */
static int source_missing(struct search *search,
			  const struct ruleset_entry *entry, const char *other)
{
	struct cmd_select *select = search->select;
	const char *source = entry_written(entry);
	const char *scheme = rule_scheme_text(select->filter.scheme);
	char host[HOST_SIZE + 4] = "", hint[sizeof(host) + 60] = "";
	int err = 0;

	if (select->hints)
		err = host_find(host, search, other ? other : source);
	if (select->hints && !err && !*host && other)
		err = host_find(host, search, source);
	if (err)
		return err;
	if (*host)
		snprintf(hint, sizeof(hint),
			 "; --host %s is for the rules of its paths", host);
	select->missing++;
	if (select->standard) {
		line_errors_add(&select->errors, entry->line,
				"source: there is no rule %s%s%s%s%s%s",
				other ? other : "", other ? " or " : "", source,
				*scheme ? " scheme=" : "", scheme, hint);
		return 0;
	}
	fprintf(stderr, "detour %s: there is no rule %s%s%s%s%s%s\n",
		search->change->cmd->name, other ? other : "",
		other ? " or " : "", source, *scheme ? " scheme=" : "", scheme,
		hint);
	return 0;
}

/* Of ".name" one will do, and that none is there is told once. */
static int dot_missing(struct search *search, const struct ruleset_entry *entry)
{
	const char *apex = entry_written(entry) + RULE_APEX_AT;
	int err;

	if (entry->source[0] != '*')
		return 0;
	err = source_live_find(&search->live, apex,
			       search->select->filter.scheme);
	if (!err && !search->live.found.count)
		err = source_missing(search, entry, apex);
	return err;
}

static int found_keep(struct search *search)
{
	const struct ruleset *found = &search->live.found;
	struct rule rule;
	int err = 0;
	size_t i;

	for (i = 0; i < found->count && !err; i++) {
		ruleset_get(&found->entries[i], &rule);
		err = ruleset_add(&search->found, &rule, 0);
	}
	return err;
}

/* Find the rules of the source that count entries have. */
static int source_find(struct search *search, const struct ruleset_entry *entry,
		       size_t count)
{
	bool told[] = {[0] = false, [SOURCES_DOT] = false};
	size_t i;
	int err = source_live_find(&search->live, entry_written(entry),
				   search->select->filter.scheme);

	if (err || search->live.found.count)
		return err ? err : found_keep(search);
	for (i = 0; i < count && !err; i++) {
		if (told[entry[i].mark])
			continue;
		told[entry[i].mark] = true;
		if (entry[i].mark == SOURCES_DOT)
			err = dot_missing(search, &entry[i]);
		else
			err = source_missing(search, &entry[i], NULL);
	}
	return err;
}

/* Two spellings may have found one rule. */
static int found_each(struct ruleset *found,
		      int (*fn)(const struct rule *rule, void *arg), void *arg)
{
	int err = ruleset_sort(found);
	struct rule rule;
	size_t i;

	for (i = 0; i < found->count && !err; i++) {
		if (i &&
		    !ruleset_order(&found->entries[i - 1], &found->entries[i]))
			continue;
		ruleset_get(&found->entries[i], &rule);
		err = fn(&rule, arg);
	}
	return err;
}

/* A source that was given twice is found once. */
static int sources_each(struct search *search,
			int (*fn)(const struct rule *rule, void *arg),
			void *arg)
{
	struct ruleset *wanted = &search->select->wanted;
	size_t i, end;
	int err = ruleset_sort(wanted);

	for (i = 0; i < wanted->count && !err; i = end) {
		const struct ruleset_entry *entry = &wanted->entries[i];

		end = i + 1;
		while (end < wanted->count &&
		       !strcmp(entry->source, wanted->entries[end].source))
			end++;
		err = source_find(search, entry, end - i);
	}
	return err ? err : found_each(&search->found, fn, arg);
}

int cmd_select_each(struct cmd_select *select, const struct cmd_change *change,
		    int (*fn)(const struct rule *rule, void *arg), void *arg)
{
	struct search search = {
		.select = select,
		.change = change,
		.live = {.store = change->store, .rows = change->rows},
	};
	int err;

	if (!select->standard && !select->wanted.count)
		return filter_each(&select->filter, change->store, change->rows,
				   fn, arg);
	err = sources_each(&search, fn, arg);
	source_live_end(&search.live);
	ruleset_free(&search.found);
	return err;
}

int cmd_select_text(const struct cmd_select *select, char **text,
		    const char *name, const struct ruleset *done)
{
	enum rule_scheme scheme = select->filter.scheme;
	char rest[40] = "";

	if (!select->wanted.count || !done->count)
		return filter_text(&select->filter, text, name);
	if (done->count > 1)
		snprintf(rest, sizeof(rest), " and %zu more", done->count - 1);
	if (asprintf(text, "%s %s%s%s%s", name,
		     entry_written(&done->entries[0]), rest,
		     scheme ? " --scheme " : "", rule_scheme_text(scheme)) >= 0)
		return 0;
	*text = NULL;
	return error_sys(-ENOMEM, "cannot choose rules");
}

int cmd_select_end(const struct cmd_select *select, int code)
{
	line_errors_print(stderr, &select->errors, "-", "error");
	if (!cmd_select_failed(select))
		return code;
	fputs("nothing was changed\n", stderr);
	return CMD_FAILED;
}

void cmd_select_free(struct cmd_select *select)
{
	ruleset_free(&select->wanted);
	filter_free(&select->filter);
	line_errors_free(&select->errors);
}
