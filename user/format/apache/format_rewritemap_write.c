// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format_rewritemap_write.h"
#include "format_write.h"
#include "rule_code.h"
#include "utf8.h"

enum { LINE_MAX_BYTES = 1023 };

/* What all rules have in common. */
struct map_data {
	unsigned int code;
};

static int hex(char c)
{
	return c <= '9' ? c - '0' : c - 'A' + 10;
}

/* The key of a source: its path is decoded. Returns its length, or -1 for what
 * no request of Apache has. */
static int key_make(char *dst, const struct rule *rule)
{
	const char *at = rule->source;
	int n = 0;

	for (; *at; at++) {
		char c = *at;

		if (c == '%') {
			c = (char)(hex(at[1]) * 16 + hex(at[2]));
			at += 2;
			if (c == '/')
				return -1;
		}
		dst[n++] = c;
	}
	dst[n] = '\0';
	return n;
}

static const char *source_reason(const struct rule *rule)
{
	const char *path = strchr(rule->source, '/');

	if (*rule->source == '*')
		return "a wildcard host";
	if (strchr(path, '?'))
		return "a query";
	if (strpbrk(path, "*{"))
		return "more than one path";
	if (rule->scheme)
		return "a scheme";
	if (rule->fold)
		return "case=ignore";
	return NULL;
}

static const char *answer_reason(const struct map_data *data,
				 const struct rule *rule)
{
	if (!strcmp(rule->target, "-"))
		return "no target";
	if (rule->query_drop)
		return "query=drop";
	if (rule->target[rule->target_len - 1] == '?')
		return "a '?' at the target's end, which drops the query";
	if (rule_code(rule->code)->first != rule_code(rule->code)->other)
		return "a code of two";
	if (rule->code != data->code)
		return "another code than the first rule's";
	if (*rule->headers)
		return "a header";
	return NULL;
}

/* Why the line cannot be written. */
static const char *line_reason(const struct rule *rule)
{
	static __thread char key[RULE_SOURCE_SIZE];
	int len = key_make(key, rule), i;

	if (len < 0)
		return "an encoded '/', which Apache refuses";
	for (i = 0; i < len; i++)
		if ((unsigned char)key[i] <= ' ' || key[i] == 0x7f)
			return "a blank in the path";
	if (!utf8_valid(key, len))
		return "a path that is not UTF-8";
	if (len + 2 + rule->target_len > LINE_MAX_BYTES)
		return "a line of more than 1,023 bytes";
	return NULL;
}

static int map_look(struct format_write *write, const struct rule *rule)
{
	struct map_data *data = write->data;
	const char *why = source_reason(rule);

	if (!why && !data->code && strcmp(rule->target, "-") &&
	    rule_code(rule->code)->first == rule_code(rule->code)->other)
		data->code = rule->code;
	if (why)
		format_unsaid(write, rule, "source", why);
	else if ((why = answer_reason(data, rule)))
		format_unsaid(write, rule, "answer", why);
	else if ((why = line_reason(rule)))
		format_unsaid(write, rule, "line", why);
	else if (rule->max_age != rule_code(rule->code)->max_age)
		format_unlike(write, rule, "max-age", "");
	if (!why && (*rule->tag || *rule->note || rule->final.code))
		format_unlike(write, rule, "key", "tag, note or final is lost");
	return 0;
}

static void map_begin(struct format_write *write)
{
	const struct map_data *data = write->data;

	fprintf(write->out,
		"# RewriteMap moved txt:FILE\n"
		"# RewriteCond ${moved:%%{HTTP_HOST}%%{REQUEST_URI}} ^(.+)$\n"
		"# RewriteRule . %%1 [R=%u,L,NE,QSA,UnsafeAllow3F]\n",
		data->code ? data->code : 301);
}

static int map_write(struct format_write *write, const struct rule *rule)
{
	static __thread char key[RULE_SOURCE_SIZE];

	key_make(key, rule);
	fprintf(write->out, "%s %s\n", key, rule->target);
	return 0;
}

const struct format_writer format_rewritemap_writer = {
	.size = sizeof(struct map_data),
	.look = map_look,
	.begin = map_begin,
	.rule = map_write,
};
