// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "request_form.h"
#include "request_value.h"
#include "request_w3c.h"

/* The columns, the best one last. */
static const struct {
	const char *name;
	enum request_field field;
} names[] = {
	{"cs-host", REQUEST_HOST},	   {"cs(host)", REQUEST_HOST},
	{"x-host-header", REQUEST_HOST},   {"cs-method", REQUEST_METHOD},
	{"cs-uri-stem", REQUEST_URI},	   {"cs-uri", REQUEST_URI},
	{"cs-uri-query", REQUEST_QUERY},   {"sc-status", REQUEST_STATUS},
	{"cs-uri-scheme", REQUEST_SCHEME}, {"cs-protocol", REQUEST_SCHEME},
};
enum { NAMES = sizeof(names) / sizeof(*names) };

static const char directive[] = "#Fields:";

static bool is_directive(struct format_piece line)
{
	line.len = line.len < sizeof(directive) - 1 ? line.len
						    : sizeof(directive) - 1;
	return format_is_like(line, directive);
}

/* How good the name of a column is for a field; 0: it is another's. */
static size_t name_rank(const struct request_form_state *state, size_t field,
			struct format_piece name)
{
	const struct format_piece *given = &state->fields.name[field];
	size_t i;

	if (given->len)
		return given->len == name.len &&
		       !memcmp(given->text, name.text, name.len);
	for (i = 0; i < NAMES; i++)
		if (names[i].field == field &&
		    format_is_like(name, names[i].name))
			return i + 1;
	return 0;
}

static int columns_take(struct request_form_state *state,
			struct format_piece line)
{
	size_t rank[REQUEST_FIELDS] = {0}, at = 0, i;
	struct format_piece name;

	memset(state->column, 0, sizeof(state->column));
	state->port = 0;
	format_word(&line);
	while ((name = format_word(&line)).len) {
		at++;
		if (format_is_like(name, "s-port"))
			state->port = at;
		for (i = 0; i < REQUEST_FIELDS; i++) {
			size_t new = name_rank(state, i, name);

			if (new <= rank[i])
				continue;
			rank[i] = new;
			state->column[i] = at;
		}
	}
	state->begun = true;
	return REQUEST_NOTHING;
}

/* The next value of a line, '-' for none; false: there is no other. */
static bool value_next(struct format_piece *line, struct format_piece *value)
{
	char *from, *to, *end;

	while (line->len && (*line->text == ' ' || *line->text == '\t')) {
		line->text++;
		line->len--;
	}
	if (!line->len || *line->text != '"') {
		*value = format_word(line);
		return value->len;
	}
	/* The line is ours to change. */
	from = to = (char *)line->text + 1;
	end = from + line->len - 1;
	*value = (struct format_piece){from, 0};
	for (; from < end; from++) {
		if (*from == '"' && (from + 1 == end || from[1] != '"'))
			break;
		from += *from == '"';
		*to++ = *from;
	}
	value->len = to - value->text;
	from += from < end;
	*line = (struct format_piece){from, end - from};
	return true;
}

static void port_take(struct request_said *said, struct format_piece value)
{
	if (said->scheme)
		return;
	if (format_is(value, "443"))
		said->scheme = REQUEST_SCHEME_HTTPS;
	else if (format_is(value, "80"))
		said->scheme = REQUEST_SCHEME_HTTP;
}

static void value_take(const struct request_form_state *state,
		       struct request_said *said, size_t at,
		       struct format_piece value)
{
	size_t i;

	if (format_is(value, "-"))
		return;
	for (i = 0; i < REQUEST_FIELDS; i++)
		if (state->column[i] == at)
			request_value_take(said, i, value);
}

static const char no_uri[] =
	"the columns have no URI (cs-uri-stem); --fields says which it is";

static int values_take(const struct request_form_state *state,
		       struct request_said *said, struct format_piece line,
		       const char **reason)
{
	struct format_piece value, port = {"", 0};
	size_t at = 0, last = state->port, i;

	for (i = 0; i < REQUEST_FIELDS; i++)
		if (state->column[i] > last)
			last = state->column[i];
	while (at < last && value_next(&line, &value)) {
		value_take(state, said, ++at, value);
		if (at == state->port)
			port = value;
	}
	*reason = "fewer values than columns that matter";
	if (at < last)
		return -EINVAL;
	port_take(said, port);
	*reason = request_value_end(said);
	if (*reason)
		return -EINVAL;
	return said->target.len ? REQUEST_TAKEN : REQUEST_WITHOUT;
}

static int w3c_take(struct request_form_state *state, struct request_said *said,
		    char *text, size_t len, const char **reason)
{
	struct format_piece line = {text, len}, rest = line;

	if (is_directive(line))
		return columns_take(state, line);
	if (!format_word(&rest).len || *text == '#')
		return REQUEST_NOTHING;
	*reason = "no line \"#Fields: ...\" before it";
	if (!state->begun)
		return -EINVAL;
	*reason = no_uri;
	if (!state->column[REQUEST_URI] && !state->column[REQUEST_LINE])
		return -EINVAL;
	return values_take(state, said, line, reason);
}

/* All lines behind the names of the columns. */
static unsigned int w3c_fits(const struct format_head *head)
{
	unsigned int count = 0, i;
	struct format_piece line;
	bool begun = false;
	size_t at = 0;

	for (i = 0; i < REQUEST_FORM_LINES; i++) {
		if (!format_head_line(head, &at, '\0', &line))
			break;
		begun |= is_directive(line);
		count += begun;
	}
	return count;
}

const struct request_form request_w3c = {
	.name = "w3c",
	.hosts = true,
	.fits = w3c_fits,
	.take = w3c_take,
};
