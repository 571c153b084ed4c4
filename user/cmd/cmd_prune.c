// SPDX-License-Identifier: BSD-2-Clause
#include <getopt.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#include "cmd.h"
#include "cmd_options.h"
#include "draft_fold.h"
#include "error.h"
#include "release_prune.h"
#include "store.h"
#include "store_keep.h"
#include "text.h"
#include "when.h"

struct options {
	struct release_prune prune;
	const char *before; /* DATE as it was given */
};

enum { FOLD_PAUSES = 4 };

enum { OPT_KEEP = CMD_OPTION, OPT_BEFORE, OPT_DRY_RUN };

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct options *options = arg;
	struct release_prune *prune = &options->prune;
	unsigned long long keep;

	switch (option) {
	case OPT_KEEP:
		if (cmd_number(optarg, 1, INT64_MAX, &keep))
			return cmd_usage(cmd,
					 "--keep: '%s' is no number from 1 on",
					 optarg);
		prune->keep = keep;
		break;
	case OPT_BEFORE:
		if (when_date(optarg, &prune->before))
			return cmd_usage(
				cmd,
				"--before: '%s' is no date, such as 2026-11-27 or 2026-11-27T10:00:00Z",
				optarg);
		options->before = optarg;
		break;
	case OPT_DRY_RUN:
		prune->dry_run = true;
	}
	return CMD_OK;
}

static int options_read(struct options *options, const struct cmd *cmd,
			int argc, char **argv)
{
	static const struct option longs[] = {
		{"keep", required_argument, NULL, OPT_KEEP},
		{"before", required_argument, NULL, OPT_BEFORE},
		{"dry-run", no_argument, NULL, OPT_DRY_RUN},
		{NULL, 0, NULL, 0},
	};
	int code = cmd_options(cmd, argc, argv, longs, option_take, options);

	if (code)
		return code;
	if (optind < argc)
		return cmd_usage(cmd, "'%s' is too much", argv[optind]);
	if (!options->prune.keep == !options->before)
		return cmd_usage(cmd, "either --keep or --before is needed");
	return CMD_OK;
}

/* "2 releases, 3 to 4", "release 3" if there is but one. */
static void range_print(uint64_t from, uint64_t to)
{
	if (from == to)
		printf("release %" PRIu64, from);
	else
		printf("releases %" PRIu64 " to %" PRIu64, from, to);
}

static void kept_print(const struct release_prune *prune)
{
	char name[STORE_KEPT_NAME];
	int version;

	for (version = 0; prune->kept >> version; version++) {
		if (!(prune->kept >> version & 1))
			continue;
		store_kept_name(name, version);
		printf("%s %s, the store as it was before this detour renewed it\n",
		       prune->dry_run ? "dry run: it would remove" : "removed",
		       name);
	}
}

static void prune_print(const struct release_prune *prune)
{
	bool dry = prune->dry_run;

	if (prune->releases) {
		fputs(dry ? "dry run: it would prune " : "pruned ", stdout);
		range_print(prune->first_gone, prune->first - 1);
		fputs(": ", stdout);
		text_count(stdout, prune->releases, "release");
		fputs(", ", stdout);
		text_count(stdout, prune->rules, "rule");
		printf(", %s%" PRIu64 " bytes", dry ? "about " : "",
		       prune->bytes);
	} else {
		fputs("nothing to prune", stdout);
		if (prune->bytes)
			printf(": %" PRIu64 " bytes", prune->bytes);
	}
	if (prune->live) {
		fputs("; ", stdout);
		range_print(prune->first, prune->live);
		fputs(dry ? " would stay" : " stayed", stdout);
	}
	putchar('\n');
}

int cmd_prune(const struct cmd *cmd, int argc, char **argv)
{
	struct options options = {0};
	struct release_prune *prune = &options.prune;
	int code = options_read(&options, cmd, argc, argv);

	if (code)
		return code;
	if (!prune->dry_run && store_exists(cmd->state))
		/* More can go then; without, less does. */
		draft_fold_wait(cmd->state, DRAFT_FOLD_ALL, FOLD_PAUSES,
				stderr);
	if (release_prune(cmd->state, prune, stderr))
		return cmd_fail(cmd);
	cmd_hits_lost(cmd);
	if (prune->unpacked) {
		fputs("detour prune: the space is not given back yet: ",
		      stderr);
		text_print(stderr, error_text());
		fputc('\n', stderr);
	}
	if (!prune->live)
		fputs("detour prune: no release yet\n", stderr);
	prune_print(prune);
	kept_print(prune);
	return prune->dry_run ? cmd_flush(cmd, CMD_OK)
			      : cmd_changed(cmd, CMD_OK);
}

const struct cmd_about cmd_prune_about = {
	.name = "prune",
	.run = cmd_prune,
	.summary = "forget old releases, and give their space back",
	.usage = "--keep N|--before DATE [--dry-run]",
	.text = "Forget old releases and give their space back. The live one always stays, and\n"
		"so does the one before it, which a rollback without N leads to. A store that an\n"
		"earlier detour wrote and this one renewed is removed, too.\n",
	.options =
		"  --keep N            all but the last N, the live one among them\n"
		"  --before DATE       those made before YYYY-MM-DD (UTC) or a time\n"
		"                      of RFC 3339\n"
		"  --dry-run           print what would go, change nothing\n",
	.exits = "0 done, 1 failed and nothing changed, 2 usage",
	.example = "detour prune --keep 20",
};
