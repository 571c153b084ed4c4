// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "format_regex.h"
#include "format_vercel_has.h"

static const char *text_of(const json_t *value, const char *key)
{
	const char *text = json_string_value(json_object_get(value, key));

	return text ? text : "";
}

static int cannot(struct vercel_has *has, const char *what,
		  const json_t *condition)
{
	snprintf(has->reason, sizeof(has->reason), "%s %s %s %s", what,
		 text_of(condition, "type"), text_of(condition, "key"),
		 text_of(condition, "value"));
	return -ENOTSUP;
}

/* A host's value is an expression of all of it; in a plain name a '.' is
 * meant. */
static int host_read(struct vercel_has *has, const json_t *condition)
{
	const char *value = text_of(condition, "value");
	bool plain = !strpbrk(value, "\\^$|?*+()[]{}");
	char text[600] = "^";
	size_t len = 1;

	if (!*value || has->host.count)
		return cannot(has, "has", condition);
	for (; *value && len < sizeof(text) - 3; value++) {
		if (plain && *value == '.')
			text[len++] = '\\';
		text[len++] = *value;
	}
	text[len++] = '$';
	if (*value || format_regex_host(&has->host, text, len))
		return cannot(has, "has", condition);
	return 0;
}

static int condition_read(struct vercel_has *has, const json_t *condition)
{
	const char *type = text_of(condition, "type");
	const char *value = text_of(condition, "value");

	if (!strcmp(type, "host"))
		return host_read(has, condition);
	if (strcmp(type, "header") || has->scheme ||
	    strcasecmp(text_of(condition, "key"), "x-forwarded-proto") ||
	    (strcmp(value, "http") && strcmp(value, "https")))
		return cannot(has, "has", condition);
	has->scheme = strcmp(value, "http") ? "https" : "http";
	return 0;
}

int vercel_has_read(struct vercel_has *has, const json_t *redirect)
{
	const json_t *missing = json_object_get(redirect, "missing");
	json_t *list = json_object_get(redirect, "has"), *condition;
	size_t i;
	int err = 0;

	if (json_array_size(missing))
		return cannot(has, "missing", json_array_get(missing, 0));
	json_array_foreach(list, i, condition)
	{
		err = condition_read(has, condition);
		if (err)
			break;
	}
	return err;
}

void vercel_has_free(struct vercel_has *has)
{
	format_regex_free(&has->host);
	*has = (struct vercel_has){0};
}
