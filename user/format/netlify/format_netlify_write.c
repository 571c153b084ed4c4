// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "format_netlify_say.h"
#include "format_netlify_write.h"
#include "format_write.h"
#include "rule_code.h"
#include "rule_pattern.h"

/* A rule as it is written, and what its turn depends on. */
struct turn_line {
	char *text;  /* what is printed */
	char *path;  /* of the source */
	size_t host; /* number, in the order of rules; SIZE_MAX: any */
	size_t number;
	enum { TURN_QUERY, TURN_EXACT, TURN_PATTERN, TURN_PREFIX } kind;
};

struct turn_lines {
	struct turn_line *lines;
	size_t count, room, hosts;
	char host[LIMIT_HOST + 4]; /* the last one */
};

static int rule_look(struct format_write *write, const struct rule *rule)
{
	const char *kind, *reason = netlify_unsaid(rule, &kind);

	if (reason) {
		format_unsaid(write, rule, kind, reason);
		return 0;
	}
	if (!netlify_whole(rule))
		format_unlike(write, rule, "segment",
			      "Cloudflare Pages alone takes parts of one");
	format_lost(write, rule);
	return 0;
}

/* A rule of a host is for both schemes: two lines, which import makes one of. */
static void rule_print_as(FILE *out, const struct rule *rule)
{
	const char *source = rule_written(rule);
	unsigned int scheme = RULE_SCHEME_HTTP;

	for (; scheme <= RULE_SCHEME_HTTPS; scheme++) {
		if (rule->scheme && rule->scheme != scheme)
			continue;
		if (*source != '*')
			fprintf(out, "%s://%.*s", rule_scheme_text(scheme),
				(int)strcspn(source, "/"), source);
		netlify_path_print(out, rule);
		putc(' ', out);
		netlify_target_print(out, rule);
		fprintf(out, " %s!\n", rule_code(rule->code)->text);
		if (*source == '*')
			break;
	}
}

static size_t host_number(struct turn_lines *lines, const char *source)
{
	size_t len = strcspn(source, "/");

	if (*source == '*')
		return SIZE_MAX;
	if (strncmp(lines->host, source, len) || lines->host[len]) {
		memcpy(lines->host, source, len);
		lines->host[len] = '\0';
		lines->hosts++;
	}
	return lines->hosts;
}

static int line_make(struct turn_line *line, struct turn_lines *lines,
		     const struct rule *rule)
{
	const char *source = rule_written(rule), *path = strchr(source, '/');
	size_t len = strlen(path), size;
	FILE *out = open_memstream(&line->text, &size);

	if (!out)
		return -ENOMEM;
	rule_print_as(out, rule);
	if (fclose(out))
		return -ENOMEM;
	line->path = strdup(path);
	line->host = host_number(lines, source);
	line->number = lines->count;
	if (strchr(path, '?'))
		line->kind = TURN_QUERY;
	else if (path[len - 1] == '*')
		line->kind = TURN_PREFIX;
	else
		line->kind = strchr(path, '{') ? TURN_PATTERN : TURN_EXACT;
	return line->path ? 0 : -ENOMEM;
}

static int rule_keep(struct format_write *write, const struct rule *rule)
{
	struct turn_lines *lines = write->data;
	struct turn_line *line;

	if (array_grow(&lines->lines, &lines->room, lines->count + 1,
		       sizeof(*line)))
		return error_sys(-ENOMEM, "cannot write rules");
	line = &lines->lines[lines->count];
	*line = (struct turn_line){0};
	if (line_make(line, lines, rule)) {
		free(line->text);
		free(line->path);
		return error_sys(-ENOMEM, "cannot write rules");
	}
	lines->count++;
	return 0;
}

static int line_compare(const void *left, const void *right)
{
	const struct turn_line *a = left, *b = right;
	struct rule_pattern one, two;
	int turn = 0;

	if (a->host != b->host)
		return a->host < b->host ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind >= TURN_PATTERN) {
		rule_pattern_of(&one, a->path, strlen(a->path), false);
		rule_pattern_of(&two, b->path, strlen(b->path), false);
		turn = rule_pattern_compare(&one, &two);
	}
	return turn ? turn : a->number < b->number ? -1 : 1;
}

static void lines_end(struct format_write *write)
{
	struct turn_lines *lines = write->data;
	size_t i;

	if (lines->count)
		qsort(lines->lines, lines->count, sizeof(*lines->lines),
		      line_compare);
	for (i = 0; i < lines->count; i++)
		fputs(lines->lines[i].text, write->out);
}

static void lines_free(struct format_write *write)
{
	struct turn_lines *lines = write->data;
	size_t i;

	for (i = 0; i < lines->count; i++) {
		free(lines->lines[i].text);
		free(lines->lines[i].path);
	}
	free(lines->lines);
}

const struct format_writer format_netlify_writer = {
	.size = sizeof(struct turn_lines),
	.look = rule_look,
	.rule = rule_keep,
	.end = lines_end,
	.free = lines_free,
};
