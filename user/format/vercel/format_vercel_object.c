// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format_file.h"
#include "format_json_objects.h"
#include "format_json_plain.h"
#include "format_read.h"
#include "format_vercel_object.h"
#include "format_vercel_row.h"

/* Names that are not read are said once, so many of them. */
enum { UNREAD_MOST = 16 };

struct unread {
	char *names[UNREAD_MOST];
	size_t count;
};

/* A value as a cell has it; number is room for one. */
static struct rule_field cell_of(const json_t *value, char number[24])
{
	if (json_is_string(value))
		return (struct rule_field){json_string_value(value),
					   json_string_length(value)};
	if (json_is_integer(value))
		return (struct rule_field){
			number, sprintf(number, "%" JSON_INTEGER_FORMAT,
					json_integer_value(value))};
	if (json_is_true(value))
		return (struct rule_field){"true", 4};
	if (json_is_false(value))
		return (struct rule_field){"false", 5};
	return (struct rule_field){"", 0};
}

static void unread_add(struct unread *unread, struct format_read *read,
		       unsigned long at, const char *name)
{
	struct rule_quote quote;
	size_t i;

	for (i = 0; i < unread->count; i++)
		if (!strcmp(unread->names[i], name))
			return;
	if (i == UNREAD_MOST || !(unread->names[i] = strdup(name)))
		return;
	unread->count++;
	format_left_out(read, at, "field", "%s",
			rule_quote(&quote, name, strlen(name)));
}

static bool is_condition(const char *name)
{
	return !strcmp(name, "has") || !strcmp(name, "missing");
}

/* Take one member. Returns whether the redirect can be said. */
static bool member_take(struct format_read *read, unsigned long at,
			const char *name, const json_t *value,
			struct rule_field *cells, char number[24],
			struct unread *unread)
{
	enum vercel_field field = vercel_field(name, strlen(name));

	if (is_condition(name)) {
		format_cannot(read, at, "condition", "%s", name);
		return false;
	}
	if (field == VERCEL_FIELDS) {
		unread_add(unread, read, at, name);
		return true;
	}
	if (json_is_object(value) || json_is_array(value) ||
	    json_is_real(value)) {
		format_error(read, at, name, "no text, number or flag");
		return false;
	}
	cells[field] = cell_of(value, number);
	return true;
}

static int object_give(struct format_read *read, unsigned long at,
		       json_t *object, struct unread *unread)
{
	struct rule_field cells[VERCEL_FIELDS] = {0};
	char numbers[VERCEL_FIELDS][24];
	unsigned int i = 0;
	bool good = true;
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value) good &=
		member_take(read, at, name, value, cells,
			    numbers[i++ % VERCEL_FIELDS], unread);
	for (i = 0; i < VERCEL_FIELDS; i++)
		if (!cells[i].text)
			cells[i].text = "";
	return good ? vercel_row_give(read, at, cells) : 0;
}

/* Have an object read that is not plain. */
static int json_give(struct format_read *read, const struct format_file *file,
		     const struct json_objects *objects, struct unread *unread)
{
	json_error_t error;
	json_t *object = json_loadb(objects->text, objects->text_len,
				    JSON_REJECT_DUPLICATES, &error);
	unsigned long line = objects->text_line;
	int err = 0;

	if (object)
		err = object_give(read, format_at_line(read, file, line),
				  object, unread);
	else if (json_error_code(&error) == json_error_out_of_memory)
		err = error_sys(-ENOMEM, "cannot read the file");
	else
		format_error(read,
			     format_at_line(read, file, line + error.line - 1),
			     "line", "JSON: %s", error.text);
	json_decref(object);
	return err;
}

/* Take an object whose members are all known and plain. Returns false for
 * another one. */
static bool plain_take(struct rule_field *cells, const char *text, size_t len)
{
	struct json_plain plain = {text, len, 0};
	struct rule_field name, value;
	unsigned int i, seen = 0;
	int got;

	for (i = 0; i < VERCEL_FIELDS; i++)
		cells[i] = (struct rule_field){"", 0};
	while ((got = json_plain_next(&plain, &name, &value)) > 0) {
		enum vercel_field field = vercel_field(name.text, name.len);

		if (field == VERCEL_FIELDS || seen & 1U << field)
			return false;
		seen |= 1U << field;
		cells[field] = value;
	}
	return !got;
}

/* Give what the text of an object says. */
static int text_give(struct format_read *read, const struct format_file *file,
		     const struct json_objects *objects, struct unread *unread)
{
	struct rule_field cells[VERCEL_FIELDS];

	if (plain_take(cells, objects->text, objects->text_len))
		return vercel_row_give(
			read, format_at_line(read, file, objects->text_line),
			cells);
	return json_give(read, file, objects, unread);
}

int vercel_objects_read(struct format_read *read, struct format_file *file)
{
	struct json_objects *objects = calloc(1, sizeof(*objects));
	struct unread unread = {0};
	const char *reason;
	int err = 0, got;

	if (!objects)
		return error_sys(-ENOMEM, "cannot read the file");
	objects->lines = file->lines;
	while (!err && (got = json_objects_next(objects, &reason))) {
		if (got == -EINVAL)
			format_error(read,
				     format_at_line(read, file,
						    objects->text_line),
				     "line", "%s", reason);
		else
			err = got < 0 ? got
				      : text_give(read, file, objects, &unread);
	}
	while (unread.count)
		free(unread.names[--unread.count]);
	free(objects);
	return err;
}

bool vercel_object_is(const char *text, size_t len)
{
	json_t *object;
	bool is;

	for (; len && strchr(" \t\r\n[", *text) && *text; len--)
		text++;
	if (!len || *text != '{')
		return false;
	object = json_loadb(text, len, JSON_DISABLE_EOF_CHECK, NULL);
	is = json_is_string(json_object_get(object, "source")) &&
	     json_is_string(json_object_get(object, "destination"));
	json_decref(object);
	return is;
}
