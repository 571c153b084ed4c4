// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "format_apache_answer.h"
#include "format_apache_cells.h"
#include "format_apache_giving.h"
#include "format_apache_narrow.h"
#include "format_apache_plain.h"
#include "format_apache_tell.h"
#include "format_first_cells.h"
#include "format_first_spell.h"
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

/* Whether a target is one of rules for sure, but for its port: letters, digits
 * and what is between them. */
static bool is_plain(const char *target, size_t len)
{
	size_t at = rule_url_scheme(target, len), host;

	if (!at)
		return !strcmp(target, "-");
	for (host = at; target[host] && target[host] != '/'; host++)
		if (!isalnum((unsigned char)target[host]) &&
		    (!strchr(".-", target[host]) || host == at ||
		     !isalnum((unsigned char)target[host - 1])))
			return false;
	return target[host] && host - at < 64 && host > at && len < 1000 &&
	       isalnum((unsigned char)target[host - 1]) &&
	       apache_plain_path(target + host);
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

static struct rule_field source_write(struct texts *texts,
				      const struct format_region *region)
{
	size_t host = strlen(region->host), path = strlen(region->path);

	if (host + path + 2 > sizeof(texts->source))
		path = sizeof(texts->source) - host - 2;
	memcpy(texts->source, region->host, host);
	memcpy(texts->source + host, region->path, path);
	if (region->kind == FORMAT_REGION_PREFIX)
		texts->source[host + path++] = '*';
	texts->source[host + path] = '\0';
	return (struct rule_field){texts->source, host + path};
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

	fields.source = source_write(&texts, region);
	fields.code = field(answer ? answer->code : "pass");
	if (answer && answer->query_drop)
		fields.query = field("drop");
	if (region->fold) {
		fields.ignore_case = field("ignore");
		format_first_spell(&giving->first, region, texts.source,
				   fields.source.len);
	}
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
