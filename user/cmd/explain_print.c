// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <string.h>

#include "explain_print.h"
#include "json.h"
#include "text.h"

static void captures_print(json_t *captures)
{
	const char *name;
	json_t *part;

	json_object_foreach(captures, name, part)
	{
		fputs("capture  ", stdout);
		printf(strcmp(name, "*") ? "{%s} = " : "%s = ", name);
		text_print(stdout, json_string_value(part));
		putchar('\n');
	}
}

void explain_print_parts(const json_t *value)
{
	json_t *consumed = json_object_get(value, "consumed"), *pair;
	size_t i;

	captures_print(json_object_get(value, "captures"));
	if (!consumed)
		return;
	json_array_foreach(consumed, i, pair)
	{
		fputs("consumed ", stdout);
		text_print(stdout, json_string_value(pair));
		putchar('\n');
	}
	fputs("kept     ", stdout);
	text_print(stdout, json_text_of(value, "kept"));
	putchar('\n');
}

static void pair_print(const json_t *means, const char *one, const char *two)
{
	const json_t *more = json_object_get(means, two);

	fputs("means    ", stdout);
	text_print(stdout, json_text_of(means, one));
	if (json_is_string(more)) {
		fputs("; ", stdout);
		text_print(stdout, json_text_of(means, two));
	}
	putchar('\n');
}

void explain_print_means(const json_t *means)
{
	if (!json_is_object(means))
		return;
	pair_print(means, "caches", "crawlers");
	pair_print(means, "request", "bodies");
}
