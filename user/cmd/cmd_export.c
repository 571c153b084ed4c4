// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_export_map.h"
#include "cmd_options.h"
#include "csv.h"
#include "error.h"
#include "release_view.h"
#include "rule.h"
#include "rule_code.h"
#include "rule_line.h"

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

/* The columns that are there only where a rule has something in them. */
struct csv_columns {
	bool scheme, fold, first, note, final;
	unsigned int headers;
};

static int columns_look(const struct rule *rule, void *arg)
{
	struct csv_columns *columns = arg;
	const char *at = rule->headers;
	unsigned int headers = 0;
	size_t len;

	while (rule_header_next(&at, &len))
		headers++;
	columns->scheme |= rule->scheme != RULE_SCHEME_ANY;
	columns->fold |= rule->fold;
	columns->first |= rule->first;
	columns->note |= *rule->note != '\0';
	columns->final |= rule->final.code != 0;
	if (headers > columns->headers)
		columns->headers = headers;
	return 0;
}

static void keys_export(const struct rule *rule,
			const struct csv_columns *columns)
{
	const char *at = rule->headers, *header;
	char final[RULE_FINAL_SIZE];
	unsigned int i;
	size_t len;

	if (columns->scheme)
		printf(",%s", rule_scheme_text(rule->scheme));
	if (columns->fold)
		fputs(rule->fold ? ",ignore" : ",", stdout);
	if (columns->first)
		fputs(rule->first ? ",yes" : ",", stdout);
	if (columns->note) {
		putchar(',');
		csv_print(stdout, rule->note, strlen(rule->note));
	}
	if (columns->final)
		printf(",%s", rule->final.code
				      ? rule_final_text(final, &rule->final)
				      : "");
	for (i = 0; i < columns->headers; i++) {
		putchar(',');
		header = rule_header_next(&at, &len);
		if (header)
			csv_print(stdout, header, len);
	}
}

static int csv_export(const struct rule *rule, void *arg)
{
	csv_print(stdout, rule_written(rule), strlen(rule_written(rule)));
	putchar(',');
	csv_print(stdout, rule->target, rule->target_len);
	printf(",%s,%s,", rule_code(rule->code)->text,
	       rule->query_drop ? "drop" : "");
	if (rule->max_age != rule_code(rule->code)->max_age)
		printf("%u", rule->max_age);
	putchar(',');
	csv_print(stdout, rule->tag, strlen(rule->tag));
	keys_export(rule, arg);
	fputs("\r\n", stdout);
	return write_check();
}

static void csv_begin(const void *arg)
{
	const struct csv_columns *columns = arg;
	unsigned int i;

	fputs("source,target,code,query,max-age,tag", stdout);
	if (columns->scheme)
		fputs(",scheme", stdout);
	if (columns->fold)
		fputs(",case", stdout);
	if (columns->first)
		fputs(",first", stdout);
	if (columns->note)
		fputs(",note", stdout);
	if (columns->final)
		fputs(",final", stdout);
	for (i = 1; i <= columns->headers; i++)
		printf(i > 1 ? ",header%u" : ",header", i);
	fputs("\r\n", stdout);
}

static void rules_begin(const void *arg)
{
	(void)arg;
}

static const struct cmd_export_format formats[] = {
	{"rules", NULL, rules_begin, rule_export},
	{"csv", columns_look, csv_begin, csv_export},
};

static int export_run(const char *state, const struct cmd_export_format *format,
		      uint64_t release)
{
	struct csv_columns columns = {0};
	struct release_view view;
	int err;

	err = release_view_open(&view, state, release, stderr);
	if (err)
		return err;
	if (!view.live.release)
		fputs("detour export: no release yet\n", stderr);
	if (format->look)
		err = release_view_each(&view, NULL, NULL, format->look,
					&columns);
	if (!err) {
		format->begin(&columns);
		err = release_view_each(&view, NULL, NULL, format->print,
					&columns);
	}
	release_view_close(&view);
	return err;
}

struct options {
	const struct cmd_export_format *format;
	unsigned long long release;
	bool map;
};

enum { OPT_FORMAT = CMD_OPTION, OPT_RELEASE, OPT_MAP };

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct options *options = arg;

	switch (option) {
	case OPT_FORMAT:
		options->format = NULL;
		if (!strcmp(optarg, "rules"))
			options->format = &formats[0];
		else if (!strcmp(optarg, "csv"))
			options->format = &formats[1];
		if (!options->format)
			return cmd_usage(cmd, "--format is rules or csv");
		break;
	case OPT_RELEASE:
		if (cmd_number(optarg, 0, INT64_MAX, &options->release))
			return cmd_usage(cmd, "'%s' is no release number",
					 optarg);
		break;
	case OPT_MAP:
		options->map = true;
	}
	return CMD_OK;
}

static int options_read(struct options *options, const struct cmd *cmd,
			int argc, char **argv)
{
	static const struct option longs[] = {
		{"format", required_argument, NULL, OPT_FORMAT},
		{"release", required_argument, NULL, OPT_RELEASE},
		{"map", no_argument, NULL, OPT_MAP},
		{NULL, 0, NULL, 0},
	};
	int code = cmd_options(cmd, argc, argv, longs, option_take, options);

	if (code)
		return code;
	if (argc - optind > options->map)
		return cmd_usage(cmd, "'%s' is too much",
				 argv[optind + options->map]);
	if (options->map && options->release != RELEASE_VIEW_LIVE)
		return cmd_usage(
			cmd, "--map or --release; a map can be named instead");
	return CMD_OK;
}

int cmd_export(const struct cmd *cmd, int argc, char **argv)
{
	struct options options = {formats, RELEASE_VIEW_LIVE, false};
	struct csv_columns columns = {0};
	int code = options_read(&options, cmd, argc, argv);

	if (code)
		return code;
	if (options.map)
		return cmd_export_map(cmd, argv[optind], options.format,
				      &columns);
	if (export_run(cmd->state, options.format, options.release))
		return cmd_fail(cmd);
	return cmd_flush(cmd, CMD_OK);
}

const struct cmd_about cmd_export_about = {
	.name = "export",
	.run = cmd_export,
	.summary = "print a release such that it can be imported",
	.usage = "[OPTION ...]\n       detour export --map [MAP] [OPTION ...]",
	.text = "Print the rules of a release such that import --replace makes the same of them.\n"
		"With --map they come from the map file that is live, or from the file MAP, where\n"
		"the store is lost or damaged. A map has no tags, notes and final=.\n",
	.options =
		"  --format rules|csv  rules if not given\n"
		"  --release N         of this release, not of the live one\n"
		"  --map               from a map file, without the store\n",
	.exits =
		"0 done; 1 failed, or a part of the rules cannot be had; 2 usage",
	.example = "detour export --map >rules.txt",
};
