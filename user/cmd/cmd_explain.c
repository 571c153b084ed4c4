// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "cmd.h"
#include "cmd_explain_list.h"
#include "cmd_options.h"
#include "cmd_view.h"
#include "error.h"
#include "explain.h"
#include "explain_key.h"
#include "explain_print.h"
#include "json.h"
#include "live_file.h"
#include "map_file.h"
#include "release.h"
#include "release_view.h"
#include "rule.h"
#include "rule_code.h"
#include "rule_line.h"
#include "rule_range.h"
#include "rule_source.h"
#include "rules_named.h"
#include "text.h"

struct options {
	const char *method;
	struct cmd_view view;
	bool json;
};

static void steps_print(const json_t *steps)
{
	const json_t *value;
	size_t i;

	json_array_foreach((json_t *)steps, i, value)
	{
		const char *from = json_text_of(value, "from");
		const char *to = json_text_of(value, "to");

		printf("%-8s ", json_text_of(value, "part"));
		text_print(stdout, from);
		if (strcmp(from, to)) {
			if (*from)
				fputs(*to ? " -> " : " is dropped", stdout);
			text_print(stdout, to);
		}
		printf("  (%s)\n", json_text_of(value, "why"));
	}
}

static void rules_print(const json_t *rules)
{
	const json_t *value;
	size_t i;

	if (!json_array_size(rules))
		puts("rule     none matches");
	json_array_foreach((json_t *)rules, i, value)
	{
		fputs(i ? "loses    " : "wins     ", stdout);
		text_print(stdout, json_text_of(value, "rule"));
		printf("  (%s)\n", json_text_of(value, "why"));
		if (!i)
			explain_print_parts(value);
	}
}

/* Each line of the answer, its line end shown, and what it means. */
static void answer_print(const json_t *root)
{
	const char *at = json_text_of(root, "answer"), *end;

	printf("result   %s\n", json_text_of(root, "result"));
	for (; (end = strstr(at, "\r\n")); at = end + 2) {
		fputs("answer   ", stdout);
		fwrite(at, 1, end - at, stdout);
		puts("\\r\\n");
	}
	explain_print_means(json_object_get(root, "means"));
}

/* Take from the store's rule the keys that the map's has not. */
static int keys_take(const struct rule *rule, void *arg)
{
	static const char *const names[] = {"tag", "note", "final", "headers"};
	json_t *value = arg, *fields = json_object_get(value, "fields");
	const char *scheme = json_text_of(fields, "scheme");
	bool fold = *json_text_of(fields, "case");
	json_t *headers = json_object_get(fields, "headers");
	json_t *all;
	struct rule keys = {
		.tag = rule->tag,
		.note = rule->note,
		.final = rule->final,
		.headers = json_array_size(headers) ? "" : rule->headers,
		.code = RULE_PASS,
	};
	struct rule_keys_text text;
	char *line;
	size_t i;

	if (rule->fold != fold ||
	    strcmp(scheme, rule_scheme_text(rule->scheme)))
		return 0;
	all = json_of_rule(rule);
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		json_object_set(fields, names[i],
				json_object_get(all, names[i]));
	json_decref(all);
	if (asprintf(&line, "%s%s", json_text_of(value, "rule"),
		     rule_keys_text(&text, &keys)) < 0)
		return error_sys(-ENOMEM, "cannot explain");
	json_object_set_new(value, "rule", json_string(line));
	free(line);
	return 0;
}

/* Where the store has the rules of a source that is written so. */
static int stored_range(struct rule_range *range, const json_t *fields)
{
	const char *source = json_text_of(fields, "source");
	char stored[RULE_SOURCE_SIZE];

	if (rule_source_store(stored, source, *json_text_of(fields, "case")) >=
	    0)
		source = stored;
	return rule_range_source(range, source);
}

/* The map has no tags and notes; where there is a sound store, they come from
 * it. */
static int stored_take(const struct cmd *cmd, const struct cmd_view *from,
		       const json_t *rules)
{
	struct rule_range range;
	const json_t *value;
	struct release_view view;
	size_t i;
	int err;

	err = cmd_view_open(&view, from, cmd->state);
	if (err || !view.store)
		return err;
	json_array_foreach((json_t *)rules, i, value)
	{
		err = stored_range(&range, json_object_get(value, "fields"));
		if (!err)
			err = release_view_each(&view, range.from, range.until,
						keys_take, (void *)value);
		if (err)
			break;
	}
	release_view_close(&view);
	return err;
}

static int explain_print(json_t *root, bool json)
{
	if (json)
		return json_print(stdout, json_incref(root));
	steps_print(json_object_get(root, "steps"));
	if (*json_text_of(root, "draft"))
		printf("draft    %s\n", json_text_of(root, "draft"));
	else
		printf("release  %" PRId64 "\n",
		       json_number_of(root, "release"));
	rules_print(json_object_get(root, "rules"));
	answer_print(root);
	return 0;
}

static int explain_one(const struct cmd *cmd, const struct map *map,
		       uint64_t release, const char *url,
		       const struct options *options)
{
	json_t *root = explain(url, options->method, map);
	int err;

	if (!root)
		return cmd_fail(cmd);
	if (stored_take(cmd, &options->view, json_object_get(root, "rules"))) {
		fputs("detour explain: tags, notes and final are not shown: ",
		      stderr);
		text_print(stderr, error_text());
		fputc('\n', stderr);
	}
	json_object_set_new(root, "release", json_integer(release));
	if (options->view.draft)
		json_object_set_new(root, "draft",
				    json_string(options->view.draft));
	err = explain_print(root, options->json);
	json_decref(root);
	return err ? cmd_fail(cmd) : cmd_flush(cmd, CMD_OK);
}

/* The map of a release or a draft: its own, or one compiled for it. */
static int view_map(const struct cmd *cmd, const struct cmd_view *view,
		    struct map **map, uint64_t *release)
{
	struct rules_named named = {0};
	char name[CMD_VIEW_TEXT];
	int err;

	err = rules_named_open(&named, cmd->state, cmd_view_name(name, view),
			       stderr);
	if (!err)
		err = rules_named_map(map, &named, cmd->state);
	*release = named.view.release;
	rules_named_close(&named);
	return err;
}

static int map_get(const struct cmd *cmd, const struct cmd_view *view,
		   struct map **map, uint64_t *release)
{
	struct live_file live;
	int err;

	*map = NULL;
	if (cmd_view_given(view))
		return view_map(cmd, view, map, release);
	err = release_open_map(cmd->state, &live, map, stderr);
	*release = live.release;
	return err;
}

static int explain_run(const struct cmd *cmd, const char *url,
		       const struct options *options)
{
	struct map *map;
	uint64_t release;
	int code;

	if (map_get(cmd, &options->view, &map, &release))
		return cmd_fail(cmd);
	if (!strcmp(url, "-"))
		code = cmd_explain_list(cmd, map, options->method,
					options->json);
	else
		code = explain_one(cmd, map, release, url, options);
	map_close(map);
	return code;
}

/* RFC 9110 5.6.2 */
static bool is_token(const char *text)
{
	static const char token[] = "!#$%&'*+-.^_`|~0123456789"
				    "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return *text && strspn(text, token) == strlen(text);
}

enum { OPT_METHOD = CMD_OPTION, OPT_JSON };

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct options *options = arg;

	if (option >= CMD_VIEW_RELEASE)
		return cmd_view_take(cmd, option, &options->view);
	if (option == OPT_METHOD)
		options->method = optarg;
	else
		options->json = true;
	return CMD_OK;
}

/* A method is what its letters are, large or small (RFC 9110 9.1): one that
 * nobody has is told of. */
static void method_tell(const struct cmd *cmd, const char *method)
{
	static const char *const known[] = {"GET",     "HEAD",	  "POST",
					    "PUT",     "PATCH",	  "DELETE",
					    "OPTIONS", "CONNECT", "TRACE"};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcasecmp(method, known[i]) && strcmp(method, known[i]))
			fprintf(stderr,
				"detour %s: %s is another method than %s: large and small letters count\n",
				cmd->about->name, method, known[i]);
}

int cmd_explain(const struct cmd *cmd, int argc, char **argv)
{
	static const struct option longs[] = {
		{"method", required_argument, NULL, OPT_METHOD},
		CMD_VIEW_LONGS,
		{"json", no_argument, NULL, OPT_JSON},
		{NULL, 0, NULL, 0},
	};
	struct options options = {.method = "GET", .view = CMD_VIEW_INIT};
	int code = cmd_options(cmd, argc, argv, longs, option_take, &options);

	if (code)
		return code;
	if (!is_token(options.method))
		return cmd_usage(cmd, "'%s' is no method", options.method);
	if (cmd_view_both(&options.view))
		return cmd_usage(cmd, "--release or --draft, not both");
	if (optind != argc - 1)
		return cmd_usage(cmd,
				 "one URL is needed, or - for standard input");
	if (strcmp(argv[optind], "-") &&
	    explain_key_check(argv[optind], options.method))
		return cmd_usage(cmd, "%s", error_text());
	method_tell(cmd, options.method);
	return explain_run(cmd, argv[optind], &options);
}

const struct cmd_about cmd_explain_about = {
	.name = "explain",
	.run = cmd_explain,
	.summary = "what a request for a URL gets, and why",
	.usage = "URL|- [OPTION ...]",
	.text = "Tell how a request is normalised, which rule wins, what its captures or pairs\n"
		"take, which rules lose and why, and the exact answer. A URL without https:// is\n"
		"of http. With -, URLs come from standard input, one a line, and each gets a\n"
		"line: URL, code, Location, source of the rule, separated by tabs, with - for\n"
		"what there is not.\n",
	.options = CMD_VIEW_HELP
	"  --method M          of the request; GET if not given\n"
	"  --json              as a JSON object, one a line\n",
	.exits =
		"0 done; 1 failed, or with -, no rule answers one of the URLs;\n"
		"2 usage, such as a URL that is none",
	.example = "detour explain 'http://old.example/a?x=1'",
};
