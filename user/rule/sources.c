// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "lines.h"
#include "rule_apex.h"
#include "rule_source.h"
#include "sources.h"

static int source_add(struct ruleset *set, const char *written,
		      unsigned long line, bool dot)
{
	char stored[RULE_SOURCE_SIZE];
	struct rule rule = {
		.source = stored,
		.source_len = rule_source_store(stored, written, false),
		.target = "",
		.tag = "",
		.note = "",
		.headers = "",
	};
	int err;

	if (strcmp(stored, written))
		rule.written = written;
	err = ruleset_add(set, &rule, line);

	if (!err && dot)
		set->entries[set->count - 1].mark = SOURCES_DOT;
	return err;
}

int sources_add(struct ruleset *set, const char *text, size_t len,
		unsigned long line, struct rule_error *error)
{
	char source[RULE_SOURCE_SIZE];
	struct rule_shape shape;
	int err, n = rule_source_read(source, &shape, text, len, false, error);

	if (n < 0)
		return n;
	err = source_add(set, source, line, shape.dot);
	if (!err && shape.dot)
		err = source_add(set, source + RULE_APEX_AT, line, true);
	return err;
}

/* The next word of a line, or NULL at its end or a comment. */
static const char *word_next(const char *at, const char *end, size_t *len)
{
	const char *stop;

	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	if (at == end || *at == '#')
		return NULL;
	for (stop = at; stop < end && *stop != ' ' && *stop != '\t';)
		stop++;
	*len = stop - at;
	return at;
}

static int line_take(struct ruleset *set, const struct line *line,
		     struct line_errors *errors)
{
	const char *end = line->text + line->len, *word;
	struct rule_error error;
	size_t len, rest;
	int err;

	word = word_next(line->text, end, &len);
	if (!word)
		return 0;
	if (word_next(word + len, end, &rest)) {
		line_errors_add(errors, line->number,
				"line: more than a SOURCE stands here");
		return 0;
	}
	err = sources_add(set, word, len, line->number, &error);
	if (err != -EINVAL)
		return err;
	line_errors_add(errors, line->number, "%s: %s", error.field,
			error.reason);
	return 0;
}

int sources_read(struct ruleset *set, const char *path,
		 struct line_errors *errors)
{
	struct lines *lines = NULL;
	const char *reason;
	struct line line;
	int got, err = lines_open(&lines, path);

	while (!err && (got = lines_next(lines, &line, &reason))) {
		if (got > 0)
			err = line_take(set, &line, errors);
		else if (got != -EINVAL)
			err = got;
		else
			line_errors_add(errors, line.number, "line: %s",
					reason);
	}
	lines_close(lines);
	return err;
}
