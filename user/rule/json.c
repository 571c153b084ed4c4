// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "json.h"
#include "rule.h"
#include "rule_code.h"
#include "utf8.h"

json_t *json_of_text(const char *text)
{
	static const char replacement[] = "\xef\xbf\xbd";
	char *copy = malloc(strlen(text) * 3 + 1), *at = copy;
	json_t *value;

	if (!copy)
		return NULL;
	while (*text) {
		size_t len = utf8_length(text, strlen(text));

		memcpy(at, len ? text : replacement, len ? len : 3);
		at += len ? len : 3;
		text += len ? len : 1;
	}
	*at = '\0';
	value = json_string(copy);
	free(copy);
	return value;
}

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

static json_t *json_of_headers(const char *headers)
{
	json_t *list = json_array();
	const char *header;
	size_t len;

	while (list && (header = rule_header_next(&headers, &len)))
		if (json_array_append_new(list, json_stringn(header, len))) {
			json_decref(list);
			list = NULL;
		}
	return list;
}

json_t *json_of_rule(const struct rule *rule)
{
	const char *target = strcmp(rule->target, "-") ? rule->target : NULL;
	char final[RULE_FINAL_SIZE] = "";
	const struct rule_code *code = rule_code(rule->code);
	bool number = code->first && code->first == code->other;

	if (rule->final.code)
		rule_final_text(final, &rule->final);
	return json_pack(
		"{s:s, s:s?, s:o, s:s?, s:s?, s:b, s:s, s:I, s:s?, s:s?, s:s?, s:o}",
		"source", rule_written(rule), "target", target, "code",
		number ? json_integer(code->code) : json_string(code->text),
		"scheme", or_null(rule_scheme_text(rule->scheme)), "case",
		rule->fold ? "ignore" : NULL, "first", (int)rule->first,
		"query", rule->query_drop ? "drop" : "keep", "max_age",
		(json_int_t)rule->max_age, "tag", or_null(rule->tag), "note",
		or_null(rule->note), "final", or_null(final), "headers",
		json_of_headers(rule->headers));
}

const char *json_text_of(const json_t *value, const char *key)
{
	const char *text = json_string_value(json_object_get(value, key));

	return text ? text : "";
}

int64_t json_number_of(const json_t *value, const char *key)
{
	return json_integer_value(json_object_get(value, key));
}

static int value_write(FILE *out, json_t *value)
{
	int err = 0;

	if (!value)
		return error_sys(-ENOMEM, "cannot write JSON");
	errno = 0;
	if (json_dumpf(value, out, JSON_COMPACT))
		err = error_sys(errno ? -errno : -EIO, "cannot write JSON");
	json_decref(value);
	return err;
}

int json_print(FILE *out, json_t *value)
{
	int err = value_write(out, value);

	if (!err)
		putc('\n', out);
	return err;
}

int json_list_add(struct json_list *list, json_t *value)
{
	fputs(list->begun ? ",\n" : "[\n", list->out);
	list->begun = true;
	return value_write(list->out, value);
}

void json_list_end(struct json_list *list)
{
	fputs(list->begun ? "\n]\n" : "[]\n", list->out);
}
