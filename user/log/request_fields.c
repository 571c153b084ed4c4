// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "error.h"
#include "request_fields.h"

static const char *const names[REQUEST_FIELDS] = {
	[REQUEST_HOST] = "host",     [REQUEST_METHOD] = "method",
	[REQUEST_URI] = "uri",	     [REQUEST_QUERY] = "query",
	[REQUEST_STATUS] = "status", [REQUEST_SCHEME] = "scheme",
	[REQUEST_LINE] = "request",
};

static int field_take(struct request_fields *fields, const char *text,
		      size_t len)
{
	const char *equal = memchr(text, '=', len);
	size_t i, name_len = equal ? (size_t)(equal - text) : len;

	for (i = 0; i < REQUEST_FIELDS; i++)
		if (strlen(names[i]) == name_len &&
		    !memcmp(names[i], text, name_len))
			break;
	if (i == REQUEST_FIELDS)
		return error_set(
			-EINVAL,
			"'%.*s' is none of host, method, uri, query, status, scheme, request",
			(int)name_len, text);
	if (fields->name[i].len)
		return error_set(-EINVAL, "%s is there twice", names[i]);
	if (!equal || equal + 1 == text + len)
		return error_set(-EINVAL, "%s=KEY needs a KEY", names[i]);
	fields->name[i].text = equal + 1;
	fields->name[i].len = text + len - equal - 1;
	return 0;
}

int request_fields_take(struct request_fields *fields, const char *text)
{
	int err = 0;

	memset(fields, 0, sizeof(*fields));
	while (!err) {
		size_t len = strcspn(text, ",");

		err = field_take(fields, text, len);
		if (!text[len])
			break;
		text += len + 1;
	}
	return err;
}
