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

json_t *json_of_rule(const struct rule *rule)
{
	const char *target = strcmp(rule->target, "-") ? rule->target : NULL;
	const char *tag = *rule->tag ? rule->tag : NULL;
	const struct rule_code *code = rule_code(rule->code);
	bool number = code->first && code->first == code->other;

	return json_pack("{s:s, s:s?, s:o, s:s, s:I, s:s?}", "source",
			 rule->source, "target", target, "code",
			 number ? json_integer(code->code)
				: json_string(code->text),
			 "query", rule->query_drop ? "drop" : "keep", "max_age",
			 (json_int_t)rule->max_age, "tag", tag);
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
	if (json_dumpf(value, out, JSON_COMPACT))
		err = error_sys(-EIO, "cannot write JSON");
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
