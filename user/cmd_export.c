// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "csv.h"
#include "error.h"
#include "rule.h"
#include "view.h"

static int write_check(void)
{
	return ferror(stdout) ? error_sys(-EIO, "cannot write rules") : 0;
}

static int rule_export(const struct rule *rule, void *arg)
{
	(void)arg;
	rule_print(stdout, rule);
	return write_check();
}

static int csv_export(const struct rule *rule, void *arg)
{
	(void)arg;
	csv_print(stdout, rule->source, rule->source_len);
	putchar(',');
	csv_print(stdout, rule->target, rule->target_len);
	printf(",%s,%s,", rule_code_text(rule->code),
	       rule->query_drop ? "drop" : "");
	if (rule->max_age != rule_default_max_age(rule->code))
		printf("%u", rule->max_age);
	putchar(',');
	csv_print(stdout, rule->tag, strlen(rule->tag));
	fputs("\r\n", stdout);
	return write_check();
}

static int export_run(const char *state, const char *format, uint64_t release)
{
	struct view view;
	int err;

	err = view_open(&view, state, release);
	if (err)
		return err;
	if (!view.live.release)
		fputs("detour export: no release yet\n", stderr);
	if (!strcmp(format, "csv")) {
		fputs("source,target,code,query,max-age,tag\r\n", stdout);
		err = view_each(&view, NULL, NULL, csv_export, NULL);
	} else {
		err = view_each(&view, NULL, NULL, rule_export, NULL);
	}
	view_close(&view);
	return err;
}

int cmd_export(const struct cmd *cmd, int argc, char **argv)
{
	static const struct option longs[] = {
		{"format", required_argument, NULL, 'f'},
		{"release", required_argument, NULL, 'r'},
		{NULL, 0, NULL, 0},
	};
	unsigned long long release = VIEW_LIVE;
	const char *format = "rules";
	int option;

	while ((option = cmd_option(cmd, argc, argv, longs)) != -1) {
		if (option == 'f')
			format = optarg;
		else if (option != 'r')
			return CMD_USAGE;
		else if (cmd_number(optarg, 0, INT64_MAX, &release))
			return cmd_usage(cmd, "'%s' is no release number",
					 optarg);
	}
	if (optind < argc)
		return cmd_usage(cmd, "'%s' is too much", argv[optind]);
	if (strcmp(format, "rules") && strcmp(format, "csv"))
		return cmd_usage(cmd, "--format is rules or csv");
	if (export_run(cmd->state, format, release))
		return cmd_fail(cmd);
	return cmd_flush(cmd, CMD_OK);
}

const struct cmd_about cmd_export_about = {
	.name = "export",
	.run = cmd_export,
	.summary = "print a release such that it can be imported",
	.usage = "[OPTION ...]",
	.text = "Print the rules of a release such that import --replace makes the same of them.\n",
	.options =
		"  --format rules|csv  rules if not given\n"
		"  --release N         of this release, not of the live one\n",
	.exits = CMD_EXITS_LOOK,
	.example = "detour export --release 7 >rules.txt",
};
