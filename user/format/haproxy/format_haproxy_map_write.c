// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <string.h>

#include "format_haproxy_map_write.h"
#include "format_write.h"
#include "rule_code.h"

/* What all rules of a map have in common: what the first one has. */
struct map_writing {
	bool known;
	bool drop, any; /* query=drop; for any host */
	uint16_t code;
};

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

/* The same for what the first rule has. */
static const char *unlike_first(struct map_writing *writing,
				const struct rule *rule, const char **kind)
{
	bool any = *rule->source == '*';

	if (!writing->known) {
		*writing = (struct map_writing){true, rule->query_drop, any,
						rule->code};
		return NULL;
	}
	*kind = "code";
	if (rule->code != writing->code)
		return "a map is for one code, the first rule's";
	*kind = "query";
	if (rule->query_drop != writing->drop)
		return "all of a map's are kept or dropped, as the first rule's";
	*kind = "host";
	if (any != writing->any)
		return "all of a map's keys have a host or none, as the first rule's";
	return NULL;
}

static int look(struct format_write *write, const struct rule *rule, bool beg)
{
	const char *kind, *why = never(rule, &kind);

	if (!why)
		why = unfit(rule, beg, &kind);
	if (!why)
		why = unlike_first(write->data, rule, &kind);
	if (why) {
		format_unsaid(write, rule, kind, why);
		return 0;
	}
	if (!rule->query_drop && strpbrk(rule->target, "?#"))
		format_unlike(write, rule, "query",
			      "it is put behind the target's with a '?'");
	if (rule->max_age != rule_code(rule->code)->max_age)
		format_unlike(write, rule, "max-age", "lost");
	if (*rule->tag)
		format_unlike(write, rule, "tag", "lost");
	if (*rule->note)
		format_unlike(write, rule, "note", "lost");
	if (rule->final.code)
		format_unlike(write, rule, "final", "lost");
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
	const struct map_writing *writing = write->data;
	const char *key = writing->any ? "path" : "base";
	const char *code;
	FILE *out = write->out;

	if (!writing->known)
		return;
	code = rule_code(writing->code)->text;
	if (!writing->drop)
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
	.size = sizeof(struct map_writing),
	.look = str_look,
	.begin = str_begin,
	.rule = map_write,
};

const struct format_writer format_haproxy_map_beg_writer = {
	.size = sizeof(struct map_writing),
	.look = beg_look,
	.begin = beg_begin,
	.rule = map_write,
};
