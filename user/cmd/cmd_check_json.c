// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "cmd_check_json.h"
#include "import.h"

static json_t *text_of(const char *text)
{
	return text ? json_of_text(text) : json_null();
}

static json_t *line_of(unsigned long line)
{
	return line ? json_integer(line) : json_null();
}

static void item_print(struct cmd_check_json *json, const char *severity,
		       const struct warning *warning)
{
	const struct places *places = &json->import->read.places;
	const char *first = json->file ? json->file : "";
	unsigned long line, other_line = 0;
	const char *file = places_of(places, warning->at, first, &line);
	const char *other_file = NULL;

	if (warning->other_at)
		other_file = places_of(places, warning->other_at, first,
				       &other_line);
	json_list_add(&json->list,
		      json_pack("{ss so so so so so so so so so}", "severity",
				severity, "kind", text_of(warning->kind),
				"source", text_of(warning->source), "other",
				text_of(warning->other), "target",
				text_of(warning->target), "file",
				text_of(json->file ? file : NULL), "line",
				line_of(warning->at ? line : 0), "other_file",
				text_of(json->file ? other_file : NULL),
				"other_line", line_of(other_line), "text",
				text_of(warning->text)));
}

static void warning_print(void *arg, const struct warning *warning)
{
	item_print(arg, "warning", warning);
}

void cmd_check_json_begin(struct cmd_check_json *json, struct import *import,
			  const char *file)
{
	json->import = import;
	json->file = file;
	import->warnings.each = warning_print;
	import->warnings.arg = json;
}

/* How many are not in the list. */
static void more_print(struct cmd_check_json *json, const char *severity,
		       const char *kind, unsigned long more)
{
	char text[40];
	struct warning item = {.kind = kind, .text = text};

	snprintf(text, sizeof(text), "... and %lu more", more);
	if (more)
		item_print(json, severity, &item);
}

static void finding_print(struct cmd_check_json *json, const char *severity,
			  const struct findings_kind *kind, size_t i)
{
	struct warning item = {
		.kind = kind->kind,
		.at = kind->items[i].at,
		.text = kind->items[i].text,
	};

	item_print(json, severity, &item);
}

static void findings_list(struct cmd_check_json *json)
{
	const struct findings *findings = &json->import->read.findings;
	size_t i, n;

	for (n = 0; n < findings->count; n++) {
		const struct findings_kind *kind = &findings->kinds[n];
		const char *severity =
			kind->class == FINDING_CANNOT ? "error" : "note";

		for (i = 0; i < kind->count; i++)
			finding_print(json, severity, kind, i);
		more_print(json, severity, kind->kind,
			   kind->total - kind->count);
	}
}

/* The field that an error is about is its kind. */
static void error_print(struct cmd_check_json *json,
			const struct line_error *error)
{
	const char *text = error->text ? error->text : "out of memory";
	size_t len = strcspn(text, ":");
	char kind[32] = "error";
	struct warning item = {
		.kind = kind,
		.at = error->line,
		.text = text,
	};

	if (len < sizeof(kind) && text[len]) {
		memcpy(kind, text, len);
		kind[len] = '\0';
		item.text += len + strspn(text + len, ": ");
	}
	item_print(json, "error", &item);
}

void cmd_check_json_end(struct cmd_check_json *json,
			const struct import *import)
{
	unsigned int i;

	findings_list(json);
	for (i = 0; i < import->errors.count; i++)
		error_print(json, &import->errors.items[i]);
	more_print(json, "error", "error",
		   import->errors.total - import->errors.count);
	json_list_end(&json->list);
}
