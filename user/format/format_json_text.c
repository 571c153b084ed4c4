// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "format_file.h"
#include "format_json_text.h"
#include "format_read.h"
#include "lines.h"

static int no_memory(void)
{
	return error_sys(-ENOMEM, "cannot read the file");
}

static int bytes_read(struct lines *lines, char **text, size_t *len)
{
	size_t room = 0;
	ssize_t got;

	do {
		if (array_grow(text, &room, *len + 65536, 1))
			return no_memory();
		got = lines_bytes(lines, *text + *len, room - *len);
		if (got > 0)
			*len += got;
	} while (got > 0);
	return got;
}

/* Where a walk through a text is that is known to be JSON. */
struct walk {
	struct format_json *json;
	struct format_read *read;
	struct format_file *file;
	const char *at, *end;
	unsigned long line;
	size_t depth, element;
	char key[32];
};

static int line_add(struct walk *walk, size_t element)
{
	struct format_json *json = walk->json;
	struct format_json_line *line;

	if (array_grow(&json->lines, &json->room, json->count + 1,
		       sizeof(*line)))
		return no_memory();
	line = &json->lines[json->count++];
	memcpy(line->key, walk->key, sizeof(line->key));
	line->element = element;
	line->at = format_at_line(walk->read, walk->file, walk->line);
	return 0;
}

/* Behind the closing quote of a string. */
static const char *string_end(const struct walk *walk)
{
	const char *at = walk->at + 1;

	for (; at < walk->end && *at != '"'; at++)
		at += *at == '\\';
	return at < walk->end ? at + 1 : walk->end;
}

/* A string; of the object itself it is a key, or a value that is not taken for
 * one, since no ':' is behind it. */
static int string_pass(struct walk *walk)
{
	const char *begin = walk->at + 1, *end = string_end(walk), *next = end;
	size_t len = end - begin - 1;

	walk->at = end;
	while (next < walk->end && strchr(" \t\r\n", *next))
		next++;
	if (walk->depth != 1 || next == walk->end || *next != ':')
		return 0;
	if (len >= sizeof(walk->key))
		len = sizeof(walk->key) - 1;
	memcpy(walk->key, begin, len);
	walk->key[len] = '\0';
	walk->element = 0;
	return line_add(walk, 0);
}

static int walk_on(struct walk *walk)
{
	int err = 0;

	while (walk->at < walk->end && !err) {
		char c = *walk->at;

		if (c == '"') {
			err = string_pass(walk);
			continue;
		}
		walk->at++;
		walk->line += c == '\n';
		if (c == '{' && walk->depth == 2)
			err = line_add(walk, ++walk->element);
		walk->depth += c == '{' || c == '[';
		walk->depth -= c == '}' || c == ']';
	}
	return err;
}

static void json_refuse(struct format_read *read, struct format_file *file,
			const json_error_t *error)
{
	unsigned long line = error->line > 0 ? error->line : 1;

	format_error(read, format_at_line(read, file, line), "line",
		     "no JSON object: %s", error->text);
}

int format_json_read(struct format_json *json, struct format_read *read,
		     struct format_file *file)
{
	struct walk walk = {json, read, file, NULL, NULL, 1, 0, 0, ""};
	json_error_t error = {.line = 1};
	char *text = NULL;
	size_t len = 0, bom;
	int err = bytes_read(file->lines, &text, &len);

	if (err)
		goto out;
	bom = len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;
	json->root = json_loadb(text + bom, len - bom, JSON_REJECT_DUPLICATES,
				&error);
	if (json->root && !json_is_object(json->root))
		strcpy(error.text, "something else");
	if (!json_is_object(json->root)) {
		json_decref(json->root);
		json->root = NULL;
		json_refuse(read, file, &error);
		goto out;
	}
	walk.at = text + bom;
	walk.end = text + len;
	err = walk_on(&walk);
out:
	free(text);
	return err;
}

unsigned long format_json_at(const struct format_json *json, const char *key,
			     size_t element)
{
	size_t i;

	for (i = 0; i < json->count; i++)
		if (json->lines[i].element == 0 &&
		    !strcmp(json->lines[i].key, key))
			break;
	return i + element < json->count ? json->lines[i + element].at : 1;
}

void format_json_free(struct format_json *json)
{
	json_decref(json->root);
	free(json->lines);
	*json = (struct format_json){0};
}
