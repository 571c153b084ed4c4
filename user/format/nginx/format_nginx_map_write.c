// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "format_map_common.h"
#include "format_nginx_map_write.h"
#include "format_write.h"
#include "rule_code.h"

struct map_writing {
	struct format_map_common common;
	bool exact; /* what is written now says that case counts */
};

/* Whether the key that nginx compares decoded can say a path. */
static bool decodes(const char *path)
{
	for (; (path = strchr(path, '%')); path += 3)
		if (!strncmp(path, "%2F", 3) || !strncmp(path, "%00", 3))
			return false;
	return true;
}

/* Why no map can carry a rule, with its kind; NULL: one can. */
static const char *never(const struct rule *rule, const char **kind)
{
	const char *path = strchr(rule->source, '/');

	*kind = "code";
	if (!strcmp(rule->target, "-") ||
	    strchr(rule_code(rule->code)->text, '/'))
		return "a map is for one code of redirects";
	*kind = "scheme";
	if (rule->scheme)
		return "a map is for both";
	*kind = "header";
	if (*rule->headers)
		return "a map has none";
	*kind = "host";
	if (rule->source[0] == '*' && rule->source[1] == '.')
		return "a map's keys have one host";
	*kind = "query";
	if (strchr(rule->source, '?'))
		return "keys are host and path";
	*kind = "pattern";
	if (strchr(rule->source, '{'))
		return "a map's keys are whole paths";
	*kind = "prefix";
	if (rule->source[rule->source_len - 1] == '*')
		return "a map's keys are whole paths";
	*kind = "slash";
	if (strstr(path, "//"))
		return "nginx merges '//' before it compares";
	*kind = "escape";
	if (!decodes(path))
		return "nginx compares decoded paths";
	*kind = "variable";
	if (strchr(rule->target, '$'))
		return "'$' begins a variable";
	return NULL;
}

static bool has_letters(const char *text)
{
	for (; *text; text++)
		if (isalpha((unsigned char)*text))
			return true;
	return false;
}

static int map_look(struct format_write *write, const struct rule *rule)
{
	struct map_writing *writing = write->data;
	const char *kind, *why = never(rule, &kind);

	if (!why)
		why = format_map_unlike(&writing->common, rule, &kind);
	if (why) {
		format_unsaid(write, rule, kind, why);
		return 0;
	}
	if (!rule->fold && has_letters(strchr(rule->source, '/')))
		format_unlike(write, rule, "case",
			      "a map compares without case");
	if (!rule->query_drop && strpbrk(rule->target, "?#"))
		format_unlike(write, rule, "query",
			      "it is put behind the target's with a '?'");
	format_lost(write, rule);
	return 0;
}

static void map_begin(struct format_write *write)
{
	const struct map_writing *writing = write->data;
	const struct format_map_common *common = &writing->common;

	if (!common->known)
		return;
	fprintf(write->out,
		"# map %s$uri $moved { include FILE; }\n"
		"# if ($moved) { return %s $moved%s; }\n",
		common->any ? "" : "$host", rule_code(common->code)->text,
		common->drop ? "" : "$is_args$args");
}

static int hex(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : (c | 32) - 'a' + 10;
}

/* A byte within quotes. */
static void byte_write(FILE *out, char c)
{
	if (c == '"' || c == '\\')
		putc('\\', out);
	putc(c, out);
}

static int map_write(struct format_write *write, const struct rule *rule)
{
	const char *key = rule_written(rule), *target = rule->target;
	struct map_writing *writing = write->data;
	bool exact = !rule->fold && has_letters(strchr(key, '/'));
	FILE *out = write->out;

	if (exact != writing->exact && has_letters(strchr(key, '/'))) {
		fputs(exact ? "# case counts\n" : "# case=ignore\n", out);
		writing->exact = exact;
	}
	if (*key == '*')
		key++;
	putc('"', out);
	for (; *key; key++)
		if (*key == '%') {
			byte_write(out, (char)(hex(key[1]) << 4 | hex(key[2])));
			key += 2;
		} else {
			byte_write(out, *key);
		}
	fputs("\" \"", out);
	for (; *target; target++)
		byte_write(out, *target);
	fputs("\";\n", out);
	return 0;
}

const struct format_writer format_nginx_map_writer = {
	.size = sizeof(struct map_writing),
	.look = map_look,
	.begin = map_begin,
	.rule = map_write,
};
