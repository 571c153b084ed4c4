// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "json_walk.h"
#include "request_form.h"
#include "request_json.h"
#include "request_value.h"

/* What the fields are called where nobody says it; the second is Caddy's. */
static const struct format_piece names[REQUEST_FIELDS][2] = {
#define NAME(text)                     \
	{                              \
		text, sizeof(text) - 1 \
	}
	[REQUEST_HOST] = {NAME("host"), NAME("request.host")},
	[REQUEST_METHOD] = {NAME("method"), NAME("request.method")},
	[REQUEST_URI] = {NAME("uri"), NAME("request.uri")},
	[REQUEST_QUERY] = {NAME("query")},
	[REQUEST_STATUS] = {NAME("status")},
	[REQUEST_SCHEME] = {NAME("scheme")},
};

struct object {
	const struct request_form_state *state;
	struct request_said *said;
	bool within, tls; /* Caddy's */
	bool is_request;
};

static bool same(struct format_piece a, struct format_piece b)
{
	return a.len == b.len && a.len && !memcmp(a.text, b.text, a.len);
}

/* Whether a name leads into an object of a path. */
static bool leads(struct format_piece name, struct format_piece path)
{
	return name.len > path.len && name.text[path.len] == '.' &&
	       !memcmp(name.text, path.text, path.len);
}

static bool object_enters(void *arg, struct format_piece path)
{
	struct object *object = arg;
	size_t i;

	if (format_is(path, "request.tls"))
		object->tls = true;
	if (format_is(path, "request"))
		return true;
	for (i = 0; i < REQUEST_FIELDS; i++)
		if (leads(object->state->fields.name[i], path))
			return true;
	return false;
}

static bool is_field(const struct object *object, size_t i,
		     struct format_piece path)
{
	const struct format_piece *given = &object->state->fields.name[i];

	if (given->len)
		return same(*given, path);
	return same(names[i][0], path) || same(names[i][1], path);
}

static void member_take(void *arg, struct format_piece path,
			struct format_piece value, bool string)
{
	struct object *object = arg;
	size_t i;

	if (!string && format_is(value, "null"))
		return;
	object->within |= format_begins(path, "request.");
	for (i = 0; i < REQUEST_FIELDS; i++)
		if (is_field(object, i, path))
			break;
	if (i == REQUEST_FIELDS)
		return;
	object->is_request |= i == REQUEST_URI || i == REQUEST_LINE;
	request_value_take(object->said, i, value);
}

static int json_take(struct request_form_state *state,
		     struct request_said *said, char *text, size_t len,
		     const char **reason)
{
	struct object object = {.state = state, .said = said};
	const struct json_wanted wanted = {
		.enters = object_enters,
		.take = member_take,
		.arg = &object,
	};
	struct format_piece line = {text, len};

	if (!format_word(&line).len)
		return REQUEST_NOTHING;
	*reason = json_walk(text, len, &wanted);
	if (*reason)
		return -EINVAL;
	if (!object.is_request)
		return REQUEST_WITHOUT;
	if (!said->scheme && object.tls)
		said->scheme = REQUEST_SCHEME_HTTPS;
	else if (!said->scheme && object.within &&
		 !state->fields.name[REQUEST_URI].len)
		said->scheme = REQUEST_SCHEME_HTTP;
	*reason = request_value_end(said);
	if (*reason)
		return -EINVAL;
	return said->target.len ? REQUEST_TAKEN : REQUEST_WITHOUT;
}

static unsigned int json_fits(const struct format_head *head)
{
	unsigned int count = 0, i;
	struct format_piece line;
	size_t at = 0;

	for (i = 0; i < REQUEST_FORM_LINES; i++) {
		if (!format_head_line(head, &at, '\0', &line))
			break;
		count += *line.text == '{' && line.text[line.len - 1] == '}';
	}
	return count;
}

const struct request_form request_json = {
	.name = "json",
	.hosts = true,
	.fits = json_fits,
	.take = json_take,
};
