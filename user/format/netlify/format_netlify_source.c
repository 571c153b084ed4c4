// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "either.h"
#include "format_netlify_source.h"

static int cannot(struct netlify_source *source, const char *kind,
		  const char *reason)
{
	source->kind = kind;
	source->reason = reason;
	return -ENOTSUP;
}

/* Add ":name" as a capture, whose text in targets is the source's. */
static int capture_add(struct netlify_source *source, const char *name,
		       size_t len)
{
	struct format_text *text = &source->text;
	struct format_name one = {.name = name,
				  .len = len,
				  .text = text->text + text->len,
				  .text_len = len + 2,
				  .kind = FORMAT_NAME_CAPTURE};

	if (text->len && text->text[text->len - 1] == '}')
		return cannot(source, "placeholder",
			      "two without a byte between them");
	if (!format_name_add(&source->names, &one))
		return cannot(source, "placeholder",
			      "a name that stands there twice, or too many");
	format_text_raw(text, "{", 1);
	format_text_raw(text, name, len);
	format_text_raw(text, "}", 1);
	return 0;
}

static int rest_add(struct netlify_source *source, bool last)
{
	static const struct format_name splat = {.name = "splat",
						 .len = 5,
						 .text = "*",
						 .text_len = 1,
						 .kind = FORMAT_NAME_REST};

	if (!last)
		return cannot(source, "wildcard",
			      "'*' is not at the end of the path");
	if (!format_name_add(&source->names, &splat))
		return cannot(source, "placeholder", "':splat' beside '*'");
	format_text_raw(&source->text, "*", 1);
	return 0;
}

static int path_add(struct netlify_source *source, const char *path, size_t len)
{
	size_t i = 0, from = 0, name;
	int err = 0;

	while (!err && (i += either_at(path + i, len - i, ':', '*')) < len) {
		name = path[i] == ':' && i + 1 < len && path[i + 1] != '_'
			       ? format_name_length(path + i + 1, len - i - 1)
			       : 0;
		if (!name && path[i] != '*') {
			i++;
			continue;
		}
		format_text_url(&source->text, path + from, i - from);
		if (name)
			err = capture_add(source, path + i + 1, name);
		else
			err = rest_add(source, i + 1 == len);
		i += 1 + name;
		from = i;
	}
	if (!err)
		format_text_url(&source->text, path + from, len - from);
	return err;
}

/* Parameters have to be literal, and of an exact path. */
static int pairs_check(struct netlify_source *source,
		       const struct netlify_line *line)
{
	size_t i;

	if (!line->pair_count)
		return 0;
	if (line->pair_count > NETLIFY_PAIRS)
		return cannot(source, "query", "too many parameters");
	if (source->names.count)
		return cannot(source, "query",
			      "parameters beside '*' or a placeholder");
	for (i = 0; i < line->pair_count; i++) {
		struct format_piece pair = line->pairs[i];
		const char *value = memchr(pair.text, '=', pair.len);

		if (value + 1 < pair.text + pair.len && value[1] == ':')
			return cannot(source, "query",
				      "a parameter of any value");
	}
	return 0;
}

int netlify_source_read(struct netlify_source *source,
			const struct netlify_line *line)
{
	struct format_piece from = line->from;
	const char *path = from.text;
	size_t host;
	int err;

	format_text_begin(&source->text);
	source->names.count = 0;
	if (memchr(from.text, '?', from.len) ||
	    memchr(from.text, '#', from.len))
		return cannot(source, "query",
			      "a query or fragment in the source");
	if (*from.text != '/') {
		path = strstr(from.text, "://") + 3;
		host = path - from.text;
		path = memchr(path, '/', from.len - host);
		if (!path)
			path = from.text + from.len;
		host = path - from.text;
		if (memchr(from.text, '*', host) ||
		    memchr(from.text, '{', host))
			return cannot(source, "host", "a wildcard");
		format_text_raw(&source->text, from.text, host);
		/* a host alone is its first page */
		if (host == from.len)
			format_text_raw(&source->text, "/", 1);
	}
	err = path_add(source, path, from.text + from.len - path);
	return err ? err : pairs_check(source, line);
}

size_t netlify_source_orders(const struct netlify_line *line)
{
	static const size_t orders[] = {1, 1, 2, 6};

	return orders[line->pair_count];
}

void netlify_source_query(struct format_text *to,
			  const struct netlify_source *source,
			  const struct netlify_line *line, size_t i)
{
	static const unsigned char order[6][NETLIFY_PAIRS] = {
		{0, 1, 2}, {1, 0, 2}, {0, 2, 1},
		{1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	size_t n;

	format_text_begin(to);
	format_text_raw(to, source->text.text, source->text.len);
	for (n = 0; n < line->pair_count; n++) {
		struct format_piece pair = line->pairs[order[i][n]];

		format_text_raw(to, n ? "&" : "?", 1);
		format_text_url(to, pair.text, pair.len);
	}
}
