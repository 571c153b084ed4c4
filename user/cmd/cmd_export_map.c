// SPDX-License-Identifier: BSD-2-Clause
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "cmd_export_map.h"
#include "error.h"
#include "format_write.h"
#include "live_file.h"
#include "map_each.h"
#include "map_file.h"
#include "rule.h"
#include "ruleset.h"
#include "ruleset_sort.h"
#include "state.h"
#include "text.h"

struct export_map {
	const struct cmd *cmd;
	char path[PATH_MAX];
	struct map *map;   /* by itself */
	struct map *lower; /* of an overlay, if it is sound */
	struct ruleset rules;
	uint64_t wanted; /* rules of the release */
};

static void say(const struct cmd *cmd, const char *text)
{
	fprintf(stderr, "detour %s: ", cmd->name);
	text_print(stderr, text);
	fputc('\n', stderr);
}

/* The map of the highest number: a release that was about to become live may be
 * it, since the map is there before. */
static int newest_find(struct export_map *export)
{
	char path[PATH_MAX], name[64] = "";
	unsigned long long highest = 0;
	struct dirent *entry;
	DIR *dir;

	state_path(path, export->cmd->state, "maps");
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		char *end;
		unsigned long long number = strtoull(entry->d_name, &end, 10);

		if (end == entry->d_name || strcmp(end, ".map") ||
		    number < highest || strlen(entry->d_name) >= sizeof(name))
			continue;
		highest = number;
		strcpy(name, entry->d_name);
	}
	if (dir)
		closedir(dir);
	if (!*name)
		return error_set(-ENOENT, "%s has no map", path);
	state_map_path(export->path, export->cmd->state, name);
	fprintf(stderr, "detour %s: %s/live is lost or damaged; ",
		export->cmd->name, export->cmd->state);
	fprintf(stderr, "maps/%s is the newest map, perhaps one too new\n",
		name);
	return 0;
}

/* Which map it is; 1 if there is none, since the release has no rule. */
static int path_find(struct export_map *export, const char *file)
{
	struct live_file live;
	int err;

	if (file) {
		snprintf(export->path, sizeof(export->path), "%s", file);
		return 0;
	}
	err = live_file_read(export->cmd->state, &live);
	if (err == -ENOENT || err == -EBADMSG)
		return newest_find(export);
	if (err)
		return err;
	if (!*live.map) {
		fprintf(stderr, "detour %s: release %" PRIu64 " has no rules\n",
			export->cmd->name, live.release);
		return 1;
	}
	state_map_path(export->path, export->cmd->state, live.map);
	return 0;
}

/* What all rules of a file depend on. */
static int records_check(const struct map *map, const char *path)
{
	if (!map_sound(map, MAP_HOST_SLOTS))
		return error_set(-EBADMSG, "%s is damaged: hosts", path);
	if (!map_sound(map, MAP_RULE_SLOTS))
		return error_set(-EBADMSG, "%s is damaged: rules", path);
	if (!map_sound(map, MAP_TEXTS))
		return error_set(-EBADMSG, "%s is damaged: texts", path);
	if (!map_sound(map, MAP_ANSWERS))
		return error_set(-EBADMSG, "%s is damaged: answers", path);
	return 0;
}

/* The lower map of an overlay; without it only the overlay's rules can be
 * had. */
static int base_open(struct export_map *export)
{
	const char *slash = strrchr(export->path, '/');
	int folder = slash ? slash - export->path + 1 : 0, err;
	char path[PATH_MAX];

	if (!map_sound(export->map, MAP_HOST_BUCKETS) ||
	    !map_sound(export->map, MAP_RULE_BUCKETS))
		return error_set(-EBADMSG, "%s is damaged: buckets",
				 export->path);
	if (snprintf(path, sizeof(path), "%.*s%s", folder, export->path,
		     map_lower_name(export->map)) >= (int)sizeof(path))
		return error_sys(-ENAMETOOLONG, "cannot open its base");
	err = map_open_alone(&export->lower, path);
	if (!err && !map_is_lower_of(export->lower, export->map))
		err = error_set(-EBADMSG, "%s is not the base of %s", path,
				export->path);
	if (!err)
		err = records_check(export->lower, path);
	if (err) {
		map_close(export->lower);
		export->lower = NULL;
	}
	return err;
}

static int rule_collect(const struct rule *rule, void *arg)
{
	return ruleset_add(arg, rule, 0);
}

/* Collect what can be had. */
static int rules_collect(struct export_map *export)
{
	uint64_t count;
	int err;

	err = map_open_alone(&export->map, export->path);
	if (!err)
		err = records_check(export->map, export->path);
	if (err)
		return err;
	export->wanted = map_rules(export->map);
	if (*map_lower_name(export->map) && base_open(export))
		say(export->cmd, error_text());
	err = map_each(export->map, NULL, rule_collect, &export->rules, &count);
	if (!err && export->lower)
		err = map_each(export->lower, export->map, rule_collect,
			       &export->rules, &count);
	return err ? err : ruleset_sort(&export->rules);
}

static int rules_each(void *arg, int (*fn)(void *arg, const struct rule *rule),
		      void *to)
{
	const struct export_map *export = arg;
	struct rule rule;
	size_t i;
	int err = 0;

	for (i = 0; i < export->rules.count && !err; i++) {
		ruleset_get(&export->rules.entries[i], &rule);
		err = fn(to, &rule);
	}
	return err;
}

static int lost_say(const struct export_map *export)
{
	uint64_t have = export->rules.count;

	fprintf(stderr, "detour %s: ", export->cmd->name);
	if (have == export->wanted) {
		text_count(stderr, have, "rule");
		fputs(" of ", stderr);
		text_print(stderr, export->path);
		fputs("; a map holds no tags, notes and final=, so that there are none\n",
		      stderr);
		return CMD_OK;
	}
	fprintf(stderr, "%" PRIu64 " of ", export->wanted - have);
	text_count(stderr, export->wanted, "rule");
	fputs(" cannot be had: ", stderr);
	if (*map_lower_name(export->map) && !export->lower)
		fputs("those that changed lately are above\n", stderr);
	else
		fputs("the tables of the map are damaged\n", stderr);
	return CMD_FAILED;
}

static void export_end(struct export_map *export)
{
	map_close(export->map);
	map_close(export->lower);
	ruleset_free(&export->rules);
	free(export);
}

int cmd_export_map(const struct cmd *cmd, const char *file,
		   struct format_write *write, bool partial, int *code)
{
	struct export_map *export = calloc(1, sizeof(*export));
	int err;

	if (!export)
		return error_sys(-ENOMEM, "cannot export");
	export->cmd = cmd;
	err = path_find(export, file);
	if (!err)
		err = rules_collect(export);
	if (err >= 0)
		err = format_write(write, rules_each, export, partial);
	if (!err && export->map)
		*code = lost_say(export);
	export_end(export);
	return err;
}
