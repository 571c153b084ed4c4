// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "format_apache_answer.h"
#include "format_apache_give.h"
#include "format_apache_giving.h"
#include "format_apache_item.h"
#include "format_apache_narrow.h"
#include "format_apache_order.h"
#include "format_apache_plain.h"
#include "format_apache_tell.h"
#include "format_first_add.h"
#include "format_pattern_meet.h"
#include "format_read.h"
#include "format_text.h"
#include "regex_overlap.h"
#include "rule_make.h"
#include "rule_pattern.h"

enum {
	KEPT = 4096,	 /* patterns that later rules are compared with */
	NESTED = 16,	 /* requests that are left, within others */
	WORK = 20000000, /* steps for them */
};

/* Whether a path has letters outside of captures' names. */
static bool has_letters(const char *path)
{
	for (; *path; path++) {
		if (*path == '{')
			path += strcspn(path, "}");
		else if (isalpha((unsigned char)*path))
			return true;
		if (!*path)
			break;
	}
	return false;
}

/* Bring a source to its normal form: 1, or 0 for none. */
static int source_make(struct apache_giving *giving,
		       const struct apache_rule *rule, const char **path)
{
	static __thread struct rule_buffer buffer;
	static __thread char text[LIMIT_LINE];
	const char *host = *rule->host ? rule->host : "x.example";
	struct rule_fields fields = {.target = {"-", 1}, .code = {"410", 3}};
	struct rule_error error = {0};
	struct rule made;
	int n = snprintf(text, sizeof(text), "%s%s%s%s", host, rule->path,
			 rule->query ? "?" : "",
			 rule->query ? rule->query : "");

	fields.source = (struct rule_field){text, n < 0 ? 0 : n};
	if (rule->fold)
		fields.ignore_case = (struct rule_field){"ignore", 6};
	if (n < 0 || (size_t)n >= sizeof(text)) {
		apache_cannot(giving, rule->at, "source", "too long");
		return 0;
	}
	if (rule_make(&made, &buffer, &fields, &error)) {
		apache_cannot(giving, rule->at, "source", "%s%s: %s",
			      rule->host, rule->path, error.reason);
		return 0;
	}
	*path = strchr(rule_written(&made), '/');
	return *path != NULL;
}

/* A host's text that stays. */
static const char *host_keep(struct apache_giving *giving, const char *host)
{
	uint32_t known;

	if (host == giving->host)
		return host;
	known = format_first_host(&giving->first, host, strlen(host));
	if (known != FORMAT_FIRST_NONE)
		return giving->first.hosts[known].name;
	return format_pool_text(&giving->pool, host, strlen(host));
}

int apache_give_region(struct apache_giving *giving,
		       const struct apache_rule *rule,
		       struct format_region *region)
{
	const char *path = rule->path;
	size_t len;

	if ((rule->query || !apache_plain_path(path)) &&
	    !source_make(giving, rule, &path))
		return 0;
	len = strlen(path);
	region->host = host_keep(giving, rule->host);
	if (!region->host)
		return -ENOMEM;
	region->fold = rule->fold && has_letters(path);
	region->schemes = rule->schemes;
	region->kind = FORMAT_REGION_EXACT;
	if (strchr(path, '{'))
		region->kind = FORMAT_REGION_PATTERN;
	else if (rule->query)
		region->kind = FORMAT_REGION_QUERY;
	else if (len && path[len - 1] == '*') {
		region->kind = FORMAT_REGION_PREFIX;
		len--;
	}
	region->path = format_pool_text(&giving->pool, path, len);
	return region->path ? 1 : -ENOMEM;
}

/* Add an entry; it is noted whether it comes to its turn. */
static int entry_add(struct apache_giving *giving,
		     const struct format_first_entry *entry)
{
	unsigned long before = 0;
	int added = format_first_add(&giving->first, entry, &before);

	if (added <= 0) {
		if (giving->item && entry->action && before != entry->at)
			giving->item->before = before;
		return added;
	}
	if (giving->item && entry->action)
		giving->item->given = true;
	return apache_order(giving, entry->at, &entry->region);
}

/* What is in the requests that are looked at. */
static bool within_meet(struct apache_giving *giving, unsigned long at,
			struct format_region *region)
{
	struct format_region all = *region;
	bool unsure = false;

	if (!giving->depth) {
		region->schemes &= giving->schemes;
		return region->schemes;
	}
	if (format_region_meet(region, &all, &giving->within, &unsure))
		return true;
	if (unsure)
		findings_add(&giving->read->findings, FINDING_DIFFERS, "order",
			     at, "%s%s is not taken where it is within %s%s",
			     all.host, all.path, giving->within.host,
			     giving->within.path);
	return false;
}

/* The target, of what the source has within the requests that are looked at. */
static const char *value_make(struct apache_giving *giving,
			      const struct apache_rule *rule,
			      const struct format_region *source,
			      const struct format_region *region)
{
	static __thread struct format_text text;

	if (source->path == region->path && source->host == region->host)
		return format_pool_text(&giving->pool, rule->target,
					strlen(rule->target));
	apache_narrow_target(&text, rule->target, rule->query_drop, source,
			     region);
	return format_pool_text(&giving->pool, text.text, text.len);
}

int apache_give(struct apache_giving *giving, const struct apache_rule *rule)
{
	struct format_first_entry entry = {.at = rule->at};
	struct format_region source;
	int got = apache_give_region(giving, rule, &source);

	if (got <= 0)
		return got;
	entry.region = source;
	if (!within_meet(giving, rule->at, &entry.region))
		return 0;
	giving->last = rule->at;
	apache_tell_system(giving, rule->at);
	if (*rule->target == '/')
		apache_tell_port(giving, rule->at);
	entry.action = apache_answer_of(rule->code, rule->query_drop);
	entry.value = value_make(giving, rule, &source, &entry.region);
	return entry.value ? entry_add(giving, &entry) : -ENOMEM;
}

/* Whether something answers all requests of a region already. */
static bool is_done(const struct apache_giving *giving,
		    const struct format_region *region)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (region->schemes & 1U << i &&
		    format_first_find(&giving->first, region, i) ==
			    FORMAT_FIRST_NONE)
			return false;
	return true;
}

static int past_run(struct apache_giving *giving,
		    const struct format_region *region, size_t step,
		    unsigned long at)
{
	struct format_region outer = giving->within;
	struct apache_item *item = giving->item;
	int err;

	giving->work += giving->count - step;
	if (giving->depth == NESTED || giving->work > WORK) {
		findings_add(&giving->read->findings, FINDING_DIFFERS, "order",
			     at,
			     "%s%s: what comes behind it is not asked for "
			     "that",
			     region->host, region->path);
		return 0;
	}
	giving->within = *region;
	giving->depth++;
	err = giving->run(giving, step);
	giving->depth--;
	giving->within = outer;
	giving->item = item;
	return err;
}

int apache_give_past(struct apache_giving *giving,
		     const struct format_region *region, size_t step,
		     unsigned long at)
{
	struct format_first_entry entry = {.at = at, .region = *region};
	int err = 0;

	if (!within_meet(giving, at, &entry.region) ||
	    is_done(giving, &entry.region))
		return 0;
	if (step < giving->count)
		err = past_run(giving, &entry.region, step, at);
	return err ? err : entry_add(giving, &entry);
}
