// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "format.h"
#include "format_file.h"
#include "format_read.h"
#include "format_rewritemap.h"
#include "format_rewritemap_line.h"
#include "format_rewritemap_write.h"
#include "format_text.h"

/* A key is decoded: what it has stands for itself. */
static void source_make(struct format_text *to,
			const struct rewritemap_line *line)
{
	const char *slash = memchr(line->key, '/', line->key_len);
	size_t host = slash ? (size_t)(slash - line->key) : line->key_len;

	format_text_begin(to);
	format_text_raw(to, line->key, host);
	format_text_decoded(to, line->key + host, line->key_len - host);
}

static int line_give(struct format_read *read,
		     const struct rewritemap_line *line)
{
	static __thread struct format_text source, target;
	struct rule_fields fields = {0};
	const char *query = memchr(line->value, '?', line->value_len);

	source_make(&source, line);
	if (!memchr(source.text, '/', source.len)) {
		format_error(read, line->at, "source", "a key without a path");
		return 0;
	}
	format_text_begin(&target);
	format_text_target(&target, line->value, line->value_len);
	if (query && query + 1 == line->value + line->value_len) {
		target.text[--target.len] = '\0';
		fields.query = (struct rule_field){"drop", 4};
	}
	fields.source = (struct rule_field){source.text, source.len};
	fields.target = (struct rule_field){target.text, target.len};
	return format_give(read, line->at, &fields);
}

static int rewritemap_read(struct format_read *read, struct format_file *file)
{
	struct rewritemap_line line;
	bool told = false;
	int got;

	while ((got = rewritemap_line_next(read, file, &line)) > 0) {
		if (!told && memchr(line.value, '?', line.value_len)) {
			told = true;
			format_differs(read, line.at, "query",
				       "the request's is kept beside the "
				       "target's, as QSA does");
		}
		got = line_give(read, &line);
		if (got)
			break;
	}
	return got;
}

/* HAProxy's maps look the same. */
static bool rewritemap_is(const struct format_head *head)
{
	(void)head;
	return false;
}

const struct format format_rewritemap = {
	.name = "rewritemap",
	.about = "the text file of an Apache RewriteMap",
	.is = rewritemap_is,
	.read = rewritemap_read,
	.writer = &format_rewritemap_writer,
	.first_counts = true,
};
