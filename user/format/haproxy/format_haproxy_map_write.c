// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <string.h>

#include "format_haproxy_map_write.h"
#include "format_map_common.h"
#include "format_write.h"
#include "rule_code.h"

/* Why no map can carry a rule, with its kind; NULL: one can. */
static const char *never(const struct rule *rule, const char **kind)
{
	const char *const code = "a map is for one code of redirects";

	*kind = "code";
	if (!strcmp(rule->target, "-") ||
	    strchr(rule_code(rule->code)->text, '/'))
		return code;
	*kind = "scheme";
	if (rule->scheme)
		return "a map is for both";
	*kind = "case";
	if (rule->fold)
		return "a map compares with case";
	*kind = "header";
	if (*rule->headers)
		return "a map has none";
	*kind = "host";
	if (rule->source[0] == '*' && rule->source[1] == '.')
		return "a map has no hosts below a name";
	*kind = "query";
	if (strchr(rule->source, '?'))
		return "keys are host and path";
	*kind = "pattern";
	if (strchr(rule->source, '{'))
		return "a map has none";
	return NULL;
}

/* The same for what the kind of map says. */
static const char *unfit(const struct rule *rule, bool beg, const char **kind)
{
	bool prefix = rule->source[rule->source_len - 1] == '*';

	*kind = "prefix";
	if (prefix && !beg)
		return "map_str() compares whole keys; haproxy-map-beg has it";
	*kind = "exact";
	if (!prefix && beg)
		return "map_beg() compares beginnings; haproxy-map has it";
	*kind = "remainder";
	if (strchr(rule->target, '*'))
		return "a map puts none behind what it gives";
	return NULL;
}

static int look(struct format_write *write, const struct rule *rule, bool beg)
{
	const char *kind, *why = never(rule, &kind);

	if (!why)
		why = unfit(rule, beg, &kind);
	if (!why)
		why = format_map_unlike(write->data, rule, &kind);
	if (why) {
		format_unsaid(write, rule, kind, why);
		return 0;
	}
	if (!rule->query_drop && strpbrk(rule->target, "?#"))
		format_unlike(write, rule, "query",
			      "it is put behind the target's with a '?'");
	format_lost(write, rule);
	return 0;
}

static int str_look(struct format_write *write, const struct rule *rule)
{
	return look(write, rule, false);
}

static int beg_look(struct format_write *write, const struct rule *rule)
{
	return look(write, rule, true);
}

static void begin(struct format_write *write, const char *match)
{
	const struct format_map_common *common = write->data;
	const char *key = common->any ? "path" : "base";
	const char *code;
	FILE *out = write->out;

	if (!common->known)
		return;
	code = rule_code(common->code)->text;
	if (!common->drop)
		fprintf(out,
			"# http-request redirect code %s location %%[%s,%s(FILE)]?%%[query] if { %s,%s(FILE) -m found } { query -m found }\n",
			code, key, match, key, match);
	fprintf(out,
		"# http-request redirect code %s location %%[%s,%s(FILE)] ignore-empty\n",
		code, key, match);
}

static void str_begin(struct format_write *write)
{
	begin(write, "map_str");
}

static void beg_begin(struct format_write *write)
{
	begin(write, "map_beg");
}

/* A key as requests have it: with a '*' for "%2A". */
static int map_write(struct format_write *write, const struct rule *rule)
{
	const char *key = rule->source, *end = key + rule->source_len;

	if (*key == '*')
		key++;
	if (end[-1] == '*')
		end--;
	while (key < end) {
		bool star = end - key >= 3 && !memcmp(key, "%2A", 3);

		putc(star ? '*' : *key, write->out);
		key += star ? 3 : 1;
	}
	fprintf(write->out, " %s\n", rule->target);
	return 0;
}

const struct format_writer format_haproxy_map_writer = {
	.size = sizeof(struct format_map_common),
	.look = str_look,
	.begin = str_begin,
	.rule = map_write,
};

const struct format_writer format_haproxy_map_beg_writer = {
	.size = sizeof(struct format_map_common),
	.look = beg_look,
	.begin = beg_begin,
	.rule = map_write,
};
