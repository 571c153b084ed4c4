// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "cmd.h"
#include "command.h"
#include "suggest.h"

static const struct cmd_about *const changing[] = {
	&cmd_add_about,
	&cmd_set_about,
	&cmd_del_about,
	&cmd_import_about,
	&cmd_promote_about,
	&cmd_demote_about,
	&cmd_cutover_about,
	&cmd_draft_about,
	&cmd_rollback_about,
	&cmd_prune_about,
	NULL,
};

static const struct cmd_about *const looking[] = {
	&cmd_show_about,
	&cmd_explain_about,
	&cmd_check_about,
	&cmd_diff_about,
	&cmd_rehearse_about,
	&cmd_verify_about,
	&cmd_advise_about,
	&cmd_export_about,
	&cmd_log_about,
	&cmd_status_about,
	&cmd_stats_about,
	&cmd_hits_about,
	&cmd_misses_about,
	&cmd_top_about,
	&cmd_tap_about,
	&cmd_web_about,
	NULL,
};

static const struct cmd_about *const answering[] = {
	&cmd_serve_about,
	&cmd_attach_about,
	&cmd_detach_about,
	NULL,
};

const struct command_group command_groups[] = {
	{"Changing the rules; each change is one release", changing},
	{"Looking", looking},
	{"Answering", answering},
	{NULL, NULL},
};

const struct cmd_about *command_find(const char *name)
{
	const struct command_group *group;
	const struct cmd_about *const *about;

	for (group = command_groups; group->title; group++) {
		for (about = group->commands; *about; about++) {
			if (!strcmp((*about)->name, name))
				return *about;
			if ((*about)->alias && !strcmp((*about)->alias, name))
				return *about;
		}
	}
	return NULL;
}

/* What other programs call it. */
static const char *const other_words[][2] = {
	{"activate", "cutover"}, {"change", "set"},	   {"compare", "diff"},
	{"publish", "cutover"},	 {"stage", "draft"},	   {"audit", "check"},
	{"clean", "prune"},	 {"gc", "prune"},	   {"purge", "prune"},
	{"delete", "del"},	 {"dump", "export"},	   {"get", "explain"},
	{"history", "log"},	 {"load", "import"},	   {"ls", "show"},
	{"metrics", "web"},	 {"remove", "del"},	   {"replace", "set"},
	{"revert", "rollback"},	 {"run", "serve"},	   {"save", "export"},
	{"replay", "rehearse"},	 {"start", "serve"},	   {"lint", "check"},
	{"test", "explain"},	 {"undo", "rollback"},	   {"unload", "detach"},
	{"update", "set"},	 {"version", "--version"},
};

const char *command_suggest(const char *word)
{
	struct suggest suggest = {.word = word};
	const struct command_group *group;
	const struct cmd_about *const *about;
	size_t i;

	for (i = 0; i < sizeof(other_words) / sizeof(*other_words); i++)
		if (!strcasecmp(other_words[i][0], word))
			return other_words[i][1];
	for (group = command_groups; group->title; group++) {
		for (about = group->commands; *about; about++) {
			suggest_offer(&suggest, (*about)->name);
			if ((*about)->alias)
				suggest_offer(&suggest, (*about)->alias);
		}
	}
	return suggest.best;
}
