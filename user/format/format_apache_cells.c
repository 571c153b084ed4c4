// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "format_apache_answer.h"
#include "format_apache_cells.h"
#include "format_apache_give.h"
#include "format_apache_narrow.h"
#include "format_first_cells.h"
#include "format_read.h"
#include "format_text.h"
#include "rule_make.h"
#include "rule_url.h"

/* The texts of one rule. */
struct texts {
	char source[LIMIT_LINE], target[LIMIT_LINE];
};

static struct rule_field field(const char *text)
{
	return (struct rule_field){text, text ? strlen(text) : 0};
}

/* Whether a target is one of rules for sure. */
static bool is_plain(const char *target, size_t len)
{
	size_t at = rule_url_scheme(target, len), i;

	if (!at)
		return !strcmp(target, "-");
	for (i = at; i < len && target[i] != '/'; i++)
		if (!islower((unsigned char)target[i]) &&
		    !isdigit((unsigned char)target[i]) &&
		    (target[i] != '.' || i == at || target[i - 1] == '.'))
			return false;
	if (i == at || i - at > 63)
		return false;
	for (; i < len; i++)
		if (!isalnum((unsigned char)target[i]) &&
		    !strchr("-_./", target[i]) &&
		    (target[i] != '*' || i + 1 < len))
			return false;
	return true;
}

/* Give a rule, or tell why it is none: Apache may have it. */
static int fields_give(struct apache_giving *giving,
		       const struct rule_fields *fields, unsigned long at)
{
	static __thread struct rule_buffer buffer;
	struct rule_error error = {0};
	struct rule made;

	if (*fields->source.text != '/' &&
	    !is_plain(fields->target.text, fields->target.len) &&
	    rule_make(&made, &buffer, fields, &error)) {
		apache_cannot(giving, at, error.field, "%s", error.reason);
		return 0;
	}
	return format_give(giving->read, at, fields);
}

/* A rule of one scheme, or for both. */
static int scheme_give(struct apache_giving *giving, struct rule_fields *fields,
		       const struct format_region *region, const char *target,
		       unsigned int schemes, unsigned long at)
{
	static __thread char whole[LIMIT_LINE];
	const char *scheme = schemes == APACHE_HTTP    ? "http"
			     : schemes == APACHE_HTTPS ? "https"
						       : "";

	if (*target == '/' && *region->host && *scheme) {
		snprintf(whole, sizeof(whole), "%s://%s%s", scheme,
			 region->host, target);
		target = whole;
	}
	fields->target = field(target);
	fields->scheme = field(scheme);
	return fields_give(giving, fields, at);
}

static void letters_tell(struct apache_giving *giving,
			 const struct format_region *region,
			 const struct format_first_entry *entry)
{
	if (apache_narrow_letters(entry->value, &entry->region, region))
		apache_differs(giving, entry->at, "letters",
			       "%s%s: the target has these letters, not the "
			       "request's case",
			       region->host, region->path);
}

/* The entry's target, of what the region has. */
static const char *target_of(struct apache_giving *giving,
			     const struct format_region *region,
			     const struct format_first_entry *entry)
{
	static __thread struct format_text text;
	const struct apache_answer *answer = entry->action;

	if (!answer)
		return "-";
	if (region->path == entry->region.path &&
	    region->host == entry->region.host)
		return entry->value;
	letters_tell(giving, region, entry);
	apache_narrow_target(&text, entry->value, answer->query_drop,
			     &entry->region, region);
	return text.text;
}

static int cell_give(void *arg, const struct format_region *region,
		     const struct format_first_entry *entry)
{
	static __thread struct texts texts;
	struct apache_giving *giving = arg;
	const struct apache_answer *answer = entry->action;
	const char *target = target_of(giving, region, entry);
	struct rule_fields fields = {0};
	int err;

	snprintf(texts.source, sizeof(texts.source), "%s%s%s", region->host,
		 region->path,
		 region->kind == FORMAT_REGION_PREFIX ? "*" : "");
	fields.source = field(texts.source);
	fields.code = field(answer ? answer->code : "pass");
	if (answer && answer->query_drop)
		fields.query = field("drop");
	if (region->fold)
		fields.ignore_case = field("ignore");
	if (*target != '/' || giving->read->options.base ||
	    region->schemes != APACHE_BOTH)
		return scheme_give(giving, &fields, region, target,
				   region->schemes, entry->at);
	err = scheme_give(giving, &fields, region, target, APACHE_HTTP,
			  entry->at);
	return err ? err
		   : scheme_give(giving, &fields, region, target, APACHE_HTTPS,
				 entry->at);
}

int apache_cells(struct apache_giving *giving)
{
	int err = format_first_cells(&giving->first, cell_give, giving);

	if (err == -E2BIG)
		error_set(err, "the configuration has too many ways");
	return err;
}
