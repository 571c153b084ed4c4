// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "format.h"
#include "format_base.h"
#include "format_file.h"
#include "format_read.h"
#include "rule_apex.h"
#include "rule_change.h"
#include "rule_make.h"

unsigned long format_at_line(struct format_read *read,
			     const struct format_file *file, unsigned long line)
{
	return places_at(&read->places, file->number, line);
}

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

/* Put the options' host before a path. */
static int source_fill(struct format_read *read, unsigned long at,
		       struct rule_field *source, char *room, size_t size)
{
	const char *host = read->options.host;
	int n;

	if (!source->len || *source->text != '/')
		return 0;
	if (!host) {
		format_error(read, at, "source",
			     "%.*s has no host; --host HOST gives one",
			     (int)(source->len < 200 ? source->len : 200),
			     source->text);
		return -EINVAL;
	}
	n = snprintf(room, size, "%s%.*s", host, (int)source->len,
		     source->text);
	if (n < 0 || (size_t)n >= size) {
		format_error(read, at, "source", "too long");
		return -EINVAL;
	}
	*source = (struct rule_field){room, n};
	return 0;
}

static int target_fill(struct format_read *read, unsigned long at,
		       struct rule_field *target, char *room, size_t size)
{
	const char *base = read->options.base;
	int n;

	if (!target->len || (target->len == 1 && *target->text == '-') ||
	    memmem(target->text, target->len, "://", 3))
		return 0;
	if (!base) {
		format_error(read, at, "target",
			     "%.*s is no absolute URL; --base URL makes it one",
			     (int)(target->len < 200 ? target->len : 200),
			     target->text);
		return -EINVAL;
	}
	n = format_base(room, size, base, target->text, target->len);
	if (n < 0) {
		format_error(read, at, "target", "too long");
		return n;
	}
	*target = (struct rule_field){room, n};
	return 0;
}

/* Let the options say what the fields do not. Nothing of it is wanted of a line
 * that is none. */
static int fields_fill(struct format_read *read, unsigned long at,
		       struct rule_fields *fields, char *source, char *target,
		       size_t size)
{
	const struct format_options *options = &read->options;
	int err = 0;

	if (!fields->code.len)
		fields->code = field_of(options->code);
	if (!fields->tag.len)
		fields->tag = field_of(options->tag);
	if (!fields->note.len)
		fields->note = field_of(options->note);
	if (fields->source.len && fields->target.len && !fields->code.len) {
		format_error(read, at, "code",
			     "none is given; --code CODE gives one");
		err = -EINVAL;
	}
	if (source_fill(read, at, &fields->source, source, size) ||
	    target_fill(read, at, &fields->target, target, size))
		err = -EINVAL;
	return err;
}

int format_give_more(struct format_read *read, unsigned long at,
		     const struct rule_fields *given, struct rule_error *error)
{
	static __thread char source[LIMIT_LINE], target[LIMIT_LINE];
	struct rule_fields fields = *given;
	struct rule rule, apex;
	int err;

	if (fields_fill(read, at, &fields, source, target, LIMIT_LINE))
		return 0;
	if (rule_make_more(&rule, &read->buffer, &fields, error)) {
		format_error_rule(read, at, error);
		return 0;
	}
	read->given++;
	err = read->take(read->arg, &rule, at);
	if (!err && rule_apex(&apex, &read->buffer, &rule))
		err = read->take(read->arg, &apex, at);
	return err;
}

int format_give(struct format_read *read, unsigned long at,
		const struct rule_fields *fields)
{
	struct rule_error error;

	error.field = NULL;
	error.more_count = 0;
	return format_give_more(read, at, fields, &error);
}

int format_read(struct format_read *read, const char *path)
{
	struct format_file file;
	struct format_head head;
	int err = format_file_open(read, &file, path, NULL);

	if (err)
		return err;
	if (!read->format) {
		err = format_file_head(&file, &head);
		if (!err)
			read->format = format_guess(&head);
	}
	if (!err)
		err = read->format->read(read, &file);
	if (read->options.tag)
		read->keys |= RULE_TAG;
	if (read->options.note)
		read->keys |= RULE_NOTE;
	format_file_close(&file);
	return err;
}

void format_read_free(struct format_read *read)
{
	places_free(&read->places);
	findings_free(&read->findings);
}
