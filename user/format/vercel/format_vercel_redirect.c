// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <string.h>

#include "format_vercel_redirect.h"

void vercel_redirect_code(struct vercel_redirect *redirect, const json_t *value)
{
	const json_t *permanent = json_object_get(value, "permanent");
	const json_t *code = json_object_get(value, "statusCode");

	strcpy(redirect->code, "308");
	if (json_is_boolean(permanent))
		strcpy(redirect->code, json_is_true(permanent) ? "308" : "307");
	else if (json_is_integer(code) && json_integer_value(code) >= 100 &&
		 json_integer_value(code) <= 999)
		snprintf(redirect->code, sizeof(redirect->code), "%d",
			 (int)json_integer_value(code));
	else if (code && !json_is_null(code))
		strcpy(redirect->code, "?");
}

const char *vercel_redirect_unknown(json_t *value)
{
	static const char *const known[] = {"source",	 "destination",
					    "permanent", "statusCode",
					    "has",	 "missing",
					    "comment",	 "caseSensitive"};
	const char *key;
	json_t *field;
	size_t i;

	json_object_foreach(value, key, field)
	{
		for (i = 0; i < sizeof(known) / sizeof(*known); i++)
			if (!strcmp(key, known[i]))
				break;
		if (i == sizeof(known) / sizeof(*known))
			return key;
	}
	return NULL;
}
