// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "request_target.h"
#include "request_value.h"

/* Three digits, or 0. */
static int status_of(struct format_piece value)
{
	int status = 0;
	size_t i;

	for (i = 0; i < value.len && value.len == 3; i++) {
		if (value.text[i] < '0' || value.text[i] > '9')
			return 0;
		status = status * 10 + value.text[i] - '0';
	}
	return status;
}

static void scheme_take(struct request_said *said, struct format_piece value)
{
	if (format_is_like(value, "https"))
		said->scheme = REQUEST_SCHEME_HTTPS;
	else if (format_is_like(value, "http"))
		said->scheme = REQUEST_SCHEME_HTTP;
}

void request_value_take(struct request_said *said, enum request_field field,
			struct format_piece value)
{
	switch (field) {
	case REQUEST_HOST:
		said->host = value;
		break;
	case REQUEST_METHOD:
		said->method = value;
		break;
	case REQUEST_URI:
		said->target = value;
		break;
	case REQUEST_QUERY:
		if (value.len && *value.text == '?') {
			value.text++;
			value.len--;
		}
		if (value.len)
			said->query = value;
		break;
	case REQUEST_STATUS:
		said->status = status_of(value);
		break;
	case REQUEST_SCHEME:
		scheme_take(said, value);
		break;
	case REQUEST_LINE:
		if (!request_target_line(said, value.text, value.len))
			said->target.len = 0;
		break;
	default:
		break;
	}
}

const char *request_value_end(struct request_said *said)
{
	/* Many logs have the query twice. */
	if (said->target.len &&
	    memchr(said->target.text, '?', said->target.len))
		said->query = (struct format_piece){NULL, 0};
	if (!request_target_absolute(said->target.text, said->target.len))
		return NULL;
	return request_target_url(said, said->target.text, said->target.len);
}
