// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format_base.h"
#include "format_first_cells.h"
#include "format_first_spell.h"
#include "format_haproxy_give.h"
#include "format_haproxy_model.h"
#include "format_haproxy_target.h"
#include "format_haproxy_tell.h"
#include "format_read.h"

/* A rule while it is made. */
struct haproxy_giver {
	struct haproxy *haproxy;
	struct haproxy_action *action;
	const struct format_region *region;
	unsigned long at;
	struct haproxy_target target;
	struct rule_fields fields;
	char source[LIMIT_LINE];
	char absolute[LIMIT_LINE];
};

static struct rule_field field_of(const char *text)
{
	return (struct rule_field){text, strlen(text)};
}

static bool has_letters(const char *text)
{
	for (; *text; text++)
		if (isalpha((unsigned char)*text))
			return true;
	return false;
}

/* Add what fits to the source, of which end is the end. */
static char *source_add(struct haproxy_giver *giving, char *end,
			const char *text)
{
	size_t room = giving->source + sizeof(giving->source) - 1 - end;
	size_t len = strnlen(text, room);

	memcpy(end, text, len);
	end[len] = '\0';
	return end + len;
}

/* A source with its keys. */
static void source_make(struct haproxy_giver *giving)
{
	const struct format_region *region = giving->region;
	struct rule_fields *fields = &giving->fields;
	char *end = giving->source;
	size_t n;

	end = source_add(giving, end, region->host);
	end = source_add(giving, end, region->path);
	if (region->kind == FORMAT_REGION_PREFIX)
		end = source_add(giving, end, "*");
	n = end - giving->source;
	*fields = (struct rule_fields){.source = {giving->source, n}};
	if (region->fold && has_letters(region->path)) {
		fields->ignore_case = field_of("ignore");
		format_first_spell(&giving->haproxy->first, region,
				   giving->source, n);
	}
	if (region->schemes == FORMAT_REGION_HTTP)
		fields->scheme = field_of("http");
	if (region->schemes == FORMAT_REGION_TLS)
		fields->scheme = field_of("https");
}

static int fields_give(struct haproxy_giver *giving)
{
	return format_give(giving->haproxy->read, giving->at, &giving->fields);
}

static int plain_give(struct haproxy_giver *giving, const char *code)
{
	giving->fields.target = field_of("-");
	giving->fields.code = field_of(code);
	return fields_give(giving);
}

/* The request's own scheme and host before a target, of each scheme a rule. */
static int relative_give(struct haproxy_giver *giving)
{
	static const char *const schemes[] = {"http", "https"};
	const char *text = giving->target.text.text;
	bool host = text[0] == '/' && text[1] == '/';
	unsigned int i;
	int err = 0;

	haproxy_tell(giving->haproxy, HAPROXY_TOLD_RELATIVE, giving->at);
	for (i = 0; !err && i < 2; i++) {
		int n;

		if (!(giving->region->schemes & 1U << i))
			continue;
		n = snprintf(giving->absolute, sizeof(giving->absolute),
			     "%s:%s%s%s", schemes[i], host ? "" : "//",
			     host ? "" : giving->region->host, text);
		if (n < 0 || (size_t)n >= sizeof(giving->absolute))
			n = sizeof(giving->absolute) - 1;
		giving->fields.scheme = field_of(schemes[i]);
		giving->fields.target =
			(struct rule_field){giving->absolute, n};
		err = fields_give(giving);
	}
	return err;
}

/* What no rule can have is told once for a line that redirects. */
static int cannot(struct haproxy_giver *giving, const char *kind,
		  const char *why)
{
	if (!giving->action->told)
		format_cannot(giving->haproxy->read, giving->at, kind, "%s",
			      why);
	giving->action->told = true;
	return 0;
}

static int target_give(struct haproxy_giver *giving)
{
	const char *text = giving->target.text.text;
	size_t len = giving->target.text.len;

	giving->fields.target = (struct rule_field){text, len};
	if (giving->action->code)
		giving->fields.code = field_of(giving->action->code);
	if (!giving->target.keep && giving->region->kind != FORMAT_REGION_QUERY)
		giving->fields.query = field_of("drop");
	if (format_absolute(text, len))
		return fields_give(giving);
	if (strstr(text, "://") && *text != '/')
		return cannot(giving, "target",
			      "another scheme than http and https");
	if (giving->haproxy->read->options.base)
		return fields_give(giving);
	if (*text == '/')
		return relative_give(giving);
	format_cannot(giving->haproxy->read, giving->at, "target",
		      "'%s' is no URL", text);
	return 0;
}

int haproxy_giver_give(void *arg, const struct format_region *region,
		       const struct format_first_entry *entry)
{
	struct haproxy_giver *giving = arg;

	giving->action = (struct haproxy_action *)entry->action;
	giving->region = region;
	giving->at = entry->at;
	source_make(giving);
	if (!giving->action)
		return plain_give(giving, "pass");
	if (giving->action->gone)
		return plain_give(giving, "410");
	haproxy_target_make(giving->haproxy, &giving->target, giving->action,
			    region, entry->value ? entry->value : "");
	if (giving->target.why)
		return cannot(giving, "variable", giving->target.why);
	return target_give(giving);
}

struct haproxy_giver *haproxy_giver_open(struct haproxy *haproxy)
{
	struct haproxy_giver *giving = calloc(1, sizeof(*giving));

	if (giving)
		giving->haproxy = haproxy;
	else
		error_sys(-ENOMEM, "cannot read the file");
	return giving;
}

void haproxy_giver_close(struct haproxy_giver *giving)
{
	free(giving);
}

int haproxy_give(struct haproxy *haproxy)
{
	struct haproxy_giver *giving = haproxy_giver_open(haproxy);
	int err;

	if (!giving)
		return -ENOMEM;
	err = format_first_cells(&haproxy->first, haproxy_giver_give, giving);
	haproxy_giver_close(giving);
	return err;
}
