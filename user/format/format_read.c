// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "format.h"
#include "format_base.h"
#include "format_read.h"
#include "rule_apex.h"
#include "rule_make.h"

void format_error(struct format_read *read, unsigned long at, const char *field,
		  const char *fmt, ...)
{
	char reason[RULE_REASON];
	va_list args;

	va_start(args, fmt);
	vsnprintf(reason, sizeof(reason), fmt, args);
	va_end(args);
	line_errors_add(read->errors, at, "%s: %s", field, reason);
}

void format_error_rule(struct format_read *read, unsigned long at,
		       const struct rule_error *error)
{
	unsigned int i;

	format_error(read, at, error->field, "%s", error->reason);
	for (i = 0; i < error->more_count; i++)
		format_error(read, at, error->more[i].field, "%s",
			     error->more[i].reason);
}

static struct rule_field field_of(const char *text)
{
	return (struct rule_field){text, text ? strlen(text) : 0};
}

static bool given(const struct rule_field *field)
{
	return field->text && field->len;
}

/* A source without a host, and a target that is no absolute URL. */
static bool source_is_path(const struct rule_field *source)
{
	return given(source) && *source->text == '/';
}

/* "www.new.example" and "new.example/page" lack a scheme, not a host, and
 * "mailto:" is another scheme (RFC 3986 4.2). */
static bool target_is_host(const struct rule_field *target)
{
	const char *slash = memchr(target->text, '/', target->len);
	size_t first = slash ? (size_t)(slash - target->text) : target->len;

	return !strchr("/?#.", *target->text) &&
	       (memchr(target->text, ':', first) ||
		(target->len > 4 && !strncasecmp(target->text, "www.", 4)) ||
		(slash && memchr(target->text, '.', slash - target->text)));
}

static bool target_is_relative(const struct rule_field *target)
{
	return given(target) && !(target->len == 1 && *target->text == '-') &&
	       !memmem(target->text, target->len, "://", 3) &&
	       !target_is_host(target);
}

/* Room for what the options are put before. What does not fit is too long for
 * a rule, and is refused as it was. */
struct format_room {
	char source[LIMIT_LINE];
	char target[LIMIT_LINE];
};

static void source_fill(const char *host, struct rule_field *source,
			struct format_room *room)
{
	size_t len;

	if (!host || !source_is_path(source))
		return;
	len = strlen(host);
	if (len + source->len > sizeof(room->source))
		return;
	memcpy(room->source, host, len);
	memcpy(room->source + len, source->text, source->len);
	*source = (struct rule_field){room->source, len + source->len};
}

static void target_fill(const struct format_read *read,
			struct rule_field *target, struct format_room *room)
{
	const char *base = read->options.base;
	int n;

	if (!base || !target_is_relative(target))
		return;
	n = format_base(room->target, sizeof(room->target), base, target->text,
			target->len);
	if (n > 0)
		*target = (struct rule_field){room->target, n};
}

/* Let the options say what the fields do not. */
static void fields_fill(const struct format_read *read, const char *host,
			struct rule_fields *fields, struct format_room *room)
{
	const struct format_options *options = &read->options;

	if (!given(&fields->code))
		fields->code = field_of(options->code);
	if (!given(&fields->tag))
		fields->tag = field_of(options->tag);
	if (!given(&fields->note))
		fields->note = field_of(options->note);
	source_fill(host, &fields->source, room);
	target_fill(read, &fields->target, room);
}

/* Say which option would have helped. */
static void hint_add(const struct rule_fields *fields, const char *field,
		     char *reason)
{
	const char *hint = NULL;
	size_t len = strlen(reason);

	if (!strcmp(field, "code") && !given(&fields->code))
		hint = "; --code CODE gives one";
	else if (!strcmp(field, "source") && source_is_path(&fields->source))
		hint = "; --host HOST gives one";
	else if (!strcmp(field, "target") &&
		 target_is_relative(&fields->target))
		hint = "; --base URL makes it one";
	if (hint)
		snprintf(reason + len, RULE_REASON - len, "%s", hint);
}

static void hints_add(const struct format_read *read,
		      const struct rule_fields *fields,
		      struct rule_error *error)
{
	unsigned int i;

	if (read->format->carries_all)
		return;
	hint_add(fields, error->field, error->reason);
	for (i = 0; i < error->more_count; i++)
		hint_add(fields, error->more[i].field, error->more[i].reason);
}

/* Give the rule of one host. Returns 1 where it is none, 0 or -errno. */
static int host_give(struct format_read *read, unsigned long at,
		     const char *host, const struct rule_fields *given_fields,
		     struct rule_error *error)
{
	static __thread struct format_room room;
	struct rule_fields fields = *given_fields;
	struct rule rule, apex;
	int err;

	fields_fill(read, host, &fields, &room);
	if (rule_make_more(&rule, &read->buffer, &fields, error)) {
		hints_add(read, &fields, error);
		format_error_rule(read, at, error);
		return 1;
	}
	read->given++;
	err = read->take(read->arg, &rule, at);
	if (!err && rule_apex(&apex, &read->buffer, &rule))
		err = read->take(read->arg, &apex, at);
	return err;
}

int format_give_more(struct format_read *read, unsigned long at,
		     const struct rule_fields *fields, struct rule_error *error)
{
	const struct format_options *options = &read->options;
	int err = host_give(read, at, options->host, fields, error);
	unsigned int i;

	if (!err && options->host && source_is_path(&fields->source))
		for (i = 0; !err && options->more_hosts[i]; i++)
			err = host_give(read, at, options->more_hosts[i],
					fields, error);
	return err > 0 ? 0 : err;
}

int format_give(struct format_read *read, unsigned long at,
		const struct rule_fields *fields)
{
	struct rule_error error;

	error.field = NULL;
	error.more_count = 0;
	return format_give_more(read, at, fields, &error);
}

void format_read_free(struct format_read *read)
{
	places_free(&read->places);
	findings_free(&read->findings);
}
