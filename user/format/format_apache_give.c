// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "format_apache_give.h"
#include "format_base.h"
#include "format_read.h"
#include "regex_overlap.h"
#include "rule_make.h"

enum { KEPT = 4096 }; /* sources that later rules are compared with */

/* The texts of a rule. */
struct texts {
	char source[LIMIT_LINE], target[LIMIT_LINE];
};

static struct rule_field field(const char *text)
{
	return (struct rule_field){text, text ? strlen(text) : 0};
}

/* What takes all requests of a rule before it, be it with any query. */
static unsigned long before(struct apache_giving *giving,
			    const struct rule *rule)
{
	unsigned long at = format_order_before(&giving->order, rule);
	char source[RULE_SOURCE_SIZE];
	struct rule bare = *rule;
	const char *query = strchr(rule->source, '?');

	if (at || !query)
		return at;
	bare.source_len = query - rule->source;
	memcpy(source, rule->source, bare.source_len);
	source[bare.source_len] = '\0';
	bare.source = source;
	return format_order_before(&giving->order, &bare);
}

/* Say which earlier pattern would have come first. */
static void patterns_look(struct apache_giving *giving, const struct rule *rule,
			  unsigned long at)
{
	const char *path = strchr(rule->source, '/');
	size_t host = path - rule->source, i;

	for (i = 0; i < giving->pattern_count; i++) {
		struct apache_pattern *pattern = &giving->patterns[i];
		struct places_name place;

		if (pattern->at == at ||
		    strncmp(pattern->source, rule->source, host) ||
		    pattern->source[host] != '/' ||
		    !regex_meet(pattern->source + host, path, rule->fold) ||
		    !regex_first(path, pattern->source + host))
			continue;
		format_differs(giving->read, at, "order",
			       "%s comes before %s, which is on %s",
			       rule_written(rule), pattern->source,
			       places_name(&place, &giving->read->places,
					   pattern->at));
		break;
	}
}

static int source_keep(struct apache_pattern **list, size_t *count,
		       size_t *room, const struct rule *rule, unsigned long at)
{
	struct apache_pattern *to;

	if (*count == KEPT)
		return 0;
	if (array_grow(list, room, *count + 1, sizeof(**list)))
		return error_sys(-ENOMEM, "cannot read the file");
	to = &(*list)[*count];
	to->at = at;
	to->source = strdup(rule->source);
	if (!to->source)
		return error_sys(-ENOMEM, "cannot read the file");
	++*count;
	return 0;
}

/* What is so of all rules, at the first one. */
static void system_tell(struct apache_giving *giving, unsigned long at)
{
	if (giving->told)
		return;
	giving->told = true;
	format_differs(giving->read, at, "slashes",
		       "Apache takes several '/' of a path for one");
	format_differs(giving->read, at, "encoding",
		       "Apache decodes the path and escapes it anew, refuses "
		       "\"%%2F\" and mostly \"%%3F\", and leaves the query as "
		       "it is");
}

/* Say which paths an earlier rule leaves to others, which are let pass. */
static void exceptions_look(struct apache_giving *giving,
			    const struct rule *rule, unsigned long at)
{
	const char *path = strchr(rule->source, '/');
	size_t host = path - rule->source, i;

	for (i = 0; i < giving->exception_count; i++) {
		struct apache_pattern *pattern = &giving->exceptions[i];
		struct places_name place;

		if (pattern->at == at || giving->excepted == at ||
		    strncmp(pattern->source, rule->source, host) ||
		    pattern->source[host] != '/' ||
		    !regex_meet(pattern->source + host, path, rule->fold) ||
		    !regex_first(pattern->source + host, path))
			continue;
		giving->excepted = at;
		format_differs(giving->read, at, "order",
			       "%s does not take %s, which is let pass by what "
			       "is on %s",
			       rule_written(rule), pattern->source,
			       places_name(&place, &giving->read->places,
					   pattern->at));
	}
}

/* Whether a rule comes to its turn. Returns 1, 0 or -errno. */
static int turn(struct apache_giving *giving, const struct rule *rule,
		unsigned long at)
{
	unsigned long earlier = before(giving, rule);
	int err;

	if (earlier) {
		giving->before = earlier == at ? giving->before : earlier;
		return 0;
	}
	system_tell(giving, at);
	patterns_look(giving, rule, at);
	exceptions_look(giving, rule, at);
	err = 0;
	if (strchr(rule->source, '{'))
		err = source_keep(&giving->patterns, &giving->pattern_count,
				  &giving->pattern_room, rule, at);
	if (!err && giving->excepting)
		err = source_keep(&giving->exceptions, &giving->exception_count,
				  &giving->exception_room, rule, at);
	if (!err)
		err = format_order_add(&giving->order, rule, at);
	return err ? err : 1;
}

static int fields_give(struct apache_giving *giving,
		       const struct rule_fields *fields, unsigned long at,
		       bool rest)
{
	static __thread struct rule_buffer buffer;
	struct rule_fields whole = *fields;
	struct rule_error error;
	struct rule made;
	int go = 1;

	error.field = NULL;
	error.more_count = 0;
	if (!rest && *fields->source.text != '/' &&
	    !rule_make(&made, &buffer, &whole, &error))
		go = turn(giving, &made, at);
	giving->given += go > 0;
	return go > 0 ? format_give(giving->read, at, fields) : go;
}

/* A rule for the schemes that it is for. */
static int scheme_give(struct apache_giving *giving,
		       const struct apache_rule *rule, const char *scheme)
{
	static __thread struct texts texts;
	const char *target = rule->target;
	struct rule_fields fields = {.code = field(rule->code)};

	snprintf(texts.source, sizeof(texts.source), "%s%s%s%s", rule->host,
		 rule->path, rule->query ? "?" : "",
		 rule->query ? rule->query : "");
	if (*target == '/' && *rule->host && *scheme &&
	    !giving->read->options.base) {
		snprintf(texts.target, sizeof(texts.target), "%s://%s%s",
			 scheme, rule->host, target);
		target = texts.target;
	}
	fields.source = field(texts.source);
	fields.target = field(target);
	if (rule->schemes != APACHE_BOTH || target == texts.target)
		fields.scheme = field(scheme);
	if (rule->query_drop)
		fields.query = field("drop");
	if (rule->fold)
		fields.ignore_case = field("ignore");
	return fields_give(giving, &fields, rule->at, rule->rest);
}

/* Note that a rule takes all of a host. */
static void whole_note(struct apache_giving *giving,
		       const struct apache_rule *rule)
{
	size_t i = 0;

	if (rule->query || strcmp(rule->path, "/*"))
		return;
	while (i < giving->host_count && strcmp(giving->hosts[i], rule->host))
		i++;
	if (i < giving->host_count)
		giving->whole[i] |= rule->schemes;
}

int apache_give(struct apache_giving *giving, const struct apache_rule *rule)
{
	bool own = *rule->target == '/' && !giving->read->options.base;
	int err = 0;

	giving->last = rule->at;
	whole_note(giving, rule);
	if (rule->schemes == APACHE_BOTH && !own)
		return scheme_give(giving, rule, "");
	if (rule->schemes & APACHE_HTTP)
		err = scheme_give(giving, rule, "http");
	if (!err && rule->schemes & APACHE_HTTPS)
		err = scheme_give(giving, rule, "https");
	return err;
}

void apache_give_begin(struct apache_giving *giving)
{
	giving->given = giving->before = 0;
}

void apache_give_end(struct apache_giving *giving, unsigned long at,
		     const char *text)
{
	struct places_name place;

	if (!giving->given && giving->before)
		format_left_out(giving->read, at, "never reached",
				"%s: what is on %s takes it before", text,
				places_name(&place, &giving->read->places,
					    giving->before));
}
