// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <string.h>

#include "format_json_text.h"
#include "format_read.h"
#include "format_vercel_other.h"

/* What redirects, too, and what is no redirect. */
void vercel_others_tell(struct format_read *read,
			const struct format_json *json)
{
	static const struct {
		const char *key, *text;
		bool cannot;
	} others[] = {
		{"bulkRedirectsPath", "is to be imported by itself", true},
		{"routes", "may redirect, too", true},
		{"cleanUrls", "redirects /a.html to /a", true},
		{"trailingSlash", "redirects between /a and /a/", true},
		{"rewrites", "are no redirects", false},
		{"headers", "are no redirects", false},
	};
	const json_t *value;
	unsigned long at;
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(*others); i++) {
		value = json_object_get(json->root, others[i].key);
		if (!value || (json_is_false(value) &&
			       strcmp(others[i].key, "trailingSlash")))
			continue;
		at = format_json_at(json, others[i].key, 0);
		if (others[i].cannot)
			format_cannot(read, at, "directive", "%s%s%s %s",
				      others[i].key,
				      json_is_string(value) ? " " : "",
				      json_is_string(value)
					      ? json_string_value(value)
					      : "",
				      others[i].text);
		else
			format_left_out(read, at, "not a redirect", "%s %s",
					others[i].key, others[i].text);
	}
}
