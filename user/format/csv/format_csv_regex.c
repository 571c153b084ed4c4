// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "format_csv_regex.h"
#include "format_read.h"
#include "format_regex.h"
#include "format_regex_target.h"

/* An expression taken apart, each with its anchors. */
struct expression {
	char host[LIMIT_HOST * 4 + 2];
	size_t host_len;
	char path[LIMIT_LINE];
	size_t path_len;
};

/* Take one of host and path apart at its first '/', where that is sure: no
 * group and no alternative stands in the host. Returns 0 or -ENOTSUP. */
static int expression_split(struct expression *to, const char *text, size_t len)
{
	const char *slash = memchr(text, '/', len);
	size_t host = slash ? slash - text : 0, i;

	if (!slash || *text != '^' || host + 2 > sizeof(to->host) ||
	    len - host + 1 > sizeof(to->path))
		return -ENOTSUP;
	for (i = 0; i < host; i++)
		if (strchr("()[]|$", text[i]))
			return -ENOTSUP;
	to->host_len = sprintf(to->host, "%.*s$", (int)host, text);
	to->path[0] = '^';
	memcpy(to->path + 1, slash, len - host);
	to->path_len = len - host + 1;
	return 0;
}

static void unlike_report(struct format_read *read, unsigned long at,
			  const struct rule_field *source,
			  struct format_regex *regex)
{
	unsigned int bits = regex->unlike;
	const char *text;

	while ((text = format_regex_unlike(&bits)))
		format_differs(read, at, "regex", "%.*s: %s", (int)source->len,
			       source->text, text);
}

static void refused(struct format_read *read, unsigned long at,
		    const struct rule_field *source,
		    const struct format_regex *regex)
{
	format_cannot(read, at, regex->kind ? regex->kind : "regex", "%.*s: %s",
		      (int)source->len, source->text,
		      regex->reason ? regex->reason
				    : "host and path cannot be told apart");
}

/* Give the rule of one way to match. */
static int way_give(struct format_read *read, unsigned long at,
		    const struct rule_fields *fields, const char *host,
		    struct format_regex *regex,
		    const struct format_regex_way *way)
{
	static __thread char source[LIMIT_LINE], target[LIMIT_LINE];
	struct rule_fields one = *fields;
	int n = snprintf(source, sizeof(source), "%s%s", host, way->source);

	if (n < 0 || (size_t)n >= sizeof(source))
		n = sizeof(source) - 1;
	one.source = (struct rule_field){source, n};
	if (fields->target.len != 1 || *fields->target.text != '-') {
		n = format_regex_target(regex, target, sizeof(target), way, '$',
					fields->target.text,
					fields->target.len);
		if (n == -ENOTSUP) {
			refused(read, at, &fields->source, regex);
			return 0;
		}
		if (n < 0)
			return n;
		one.target = (struct rule_field){target, n};
	}
	if (regex->fold)
		one.ignore_case = (struct rule_field){"ignore", 6};
	return format_give(read, at, &one);
}

static int ways_give(struct format_read *read, unsigned long at,
		     const struct rule_fields *fields, const char *host,
		     const char *text, size_t len)
{
	struct format_regex regex = {0};
	int err = format_regex_path(&regex, text, len, FORMAT_REGEX_DECODED);
	size_t i;

	if (err == -ENOTSUP)
		refused(read, at, &fields->source, &regex);
	for (i = 0; !err && i < regex.count; i++)
		err = way_give(read, at, fields, host, &regex, &regex.ways[i]);
	if (!err)
		unlike_report(read, at, &fields->source, &regex);
	format_regex_free(&regex);
	return err == -ENOTSUP ? 0 : err;
}

static int hosts_give(struct format_read *read, unsigned long at,
		      const struct rule_fields *fields)
{
	static __thread struct expression expression;
	struct format_regex hosts = {0};
	size_t i;
	int err = expression_split(&expression, fields->source.text,
				   fields->source.len);

	if (!err)
		err = format_regex_host(&hosts, expression.host,
					expression.host_len);
	if (err == -ENOTSUP)
		refused(read, at, &fields->source, &hosts);
	else if (!err)
		unlike_report(read, at, &fields->source, &hosts);
	for (i = 0; !err && i < hosts.count; i++)
		err = ways_give(read, at, fields, hosts.ways[i].source,
				expression.path, expression.path_len);
	format_regex_free(&hosts);
	return err == -ENOTSUP ? 0 : err;
}

int csv_regex_give(struct format_read *read, unsigned long at,
		   const struct rule_fields *fields, bool host)
{
	if (!fields->source.len)
		return format_give(read, at, fields);
	if (host)
		return hosts_give(read, at, fields);
	return ways_give(read, at, fields, "", fields->source.text,
			 fields->source.len);
}
