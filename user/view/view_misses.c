// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "json.h"
#include "misses_view.h"
#include "view_misses.h"

static void problem_add(int err, void *problems)
{
	/* Who may not see the fast path is told so with its counters. */
	if (err != -ENOENT && err != -EACCES && err != -EPERM)
		json_array_append_new(problems, json_of_text(error_text()));
}

/* A piece of a line, of whatever bytes. */
static json_t *piece_json(const char *text, size_t len)
{
	char *copy = strndup(text, len);
	json_t *value = copy ? json_of_text(copy) : NULL;

	free(copy);
	return value;
}

static json_t *line_json(const struct misses_line *line)
{
	json_t *value =
		json_pack("{s:o, s:b, s:I, s:I, s:I}", "host",
			  piece_json(line->text, line->host_len), "known_host",
			  line->known, "count", (json_int_t)line->count,
			  "error", (json_int_t)line->error, "last",
			  (json_int_t)line->last);

	if (line->len > line->host_len)
		json_object_set_new(value, "path",
				    piece_json(line->text + line->host_len,
					       line->len - line->host_len));
	json_object_set_new(value, "cut", json_boolean(line->cut));
	return value;
}

static json_t *lines_json(const struct misses_lines *lines)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < lines->count; i++) {
		size_t place = i < lines->known ? i : i - lines->known;

		if (place < VIEW_MISSES_TOP)
			json_array_append_new(list, line_json(&lines->line[i]));
	}
	return list;
}

json_t *view_misses_take(const char *state, json_t *problems)
{
	struct misses_view view;
	char *said = NULL;
	size_t size;
	FILE *out = open_memstream(&said, &size);
	json_t *value = NULL;

	if (!out)
		return NULL;
	if (misses_view_open(&view, state, out, problem_add, problems)) {
		json_array_append_new(problems, json_of_text(error_text()));
	} else {
		value = json_pack("{s:o, s:o}", "hosts",
				  lines_json(&view.hosts), "urls",
				  lines_json(&view.urls));
		misses_view_close(&view);
	}
	fclose(out);
	free(said);
	return value;
}
