// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "format_regex_way.h"
#include "format_text.h"
#include "regex_parse.h"
#include "regex_ways.h"
#include "regex_write.h"

/* A source, and the same text as targets have it, of which groups are parts. */
struct writing {
	const struct regex_tree *tree;
	unsigned int flags, captures, letters, open_groups;
	struct format_text source, groups;
	size_t from[REGEX_GROUPS];
	struct format_regex_way *way;
};

static int no_memory(void)
{
	return error_sys(-ENOMEM, "cannot read an expression");
}

static void both_add(struct writing *to, const char *text)
{
	format_text_raw(&to->source, text, strlen(text));
	format_text_raw(&to->groups, text, strlen(text));
}

static void byte_add(struct writing *to, const struct regex_token *token)
{
	char byte = (char)token->byte;

	if (to->tree->fold && isalpha(token->byte))
		to->letters |= to->open_groups;
	if (byte == '?' && to->flags & FORMAT_REGEX_QUERY) {
		both_add(to, "?");
	} else if (to->flags & FORMAT_REGEX_DECODED) {
		format_text_decoded(&to->source, &byte, 1);
		format_text_decoded(&to->groups, &byte, 1);
	} else {
		format_text_url(&to->source, &byte, 1);
		format_text_url(&to->groups, &byte, 1);
	}
}

static void capture_add(struct writing *to, bool digits)
{
	char name[24];

	to->captures++;
	snprintf(name, sizeof(name), "{g%u%s}", to->captures,
		 digits ? ":digits" : "");
	format_text_raw(&to->source, name, strlen(name));
	snprintf(name, sizeof(name), "{g%u}", to->captures);
	format_text_raw(&to->groups, name, strlen(name));
}

static int group_add(struct writing *to, int group)
{
	to->open_groups &= ~(1U << group);
	to->way->group[group] = strdup(to->groups.text + to->from[group]);
	return to->way->group[group] ? 0 : no_memory();
}

/* A group that takes no part is empty. */
static int groups_fill(struct writing *to)
{
	int i;

	for (i = 0; i < to->tree->groups; i++) {
		if (!to->way->group[i])
			to->way->group[i] = strdup("");
		if (!to->way->group[i])
			return no_memory();
	}
	return 0;
}

static int token_write(struct writing *to, const struct regex_token *token,
		       bool open)
{
	unsigned int unlike = token->unlike;

	/* a path has a '/' at least */
	if (token->kind == REGEX_ANY && !to->source.len)
		unlike &= ~FORMAT_REGEX_EMPTY;
	to->way->unlike |= unlike;
	switch (token->kind) {
	case REGEX_OPEN:
		to->from[token->group] = to->groups.len;
		to->open_groups |= 1U << token->group;
		break;
	case REGEX_CLOSE:
		return group_add(to, token->group);
	case REGEX_BYTE:
		byte_add(to, token);
		break;
	case REGEX_ANY:
		/* it takes one byte of what varies before it */
		if (unlike & FORMAT_REGEX_EMPTY && to->source.len &&
		    to->source.text[to->source.len - 1] == '}')
			to->way->order = ~0U;
		/* a path's own '/', which is one of its bytes */
		if (!to->source.len)
			both_add(to, "/");
		/* open, and as little as may be, is nothing */
		if (!open || !token->lazy)
			both_add(to, "*");
		break;
	default:
		capture_add(to, token->kind == REGEX_DIGITS);
	}
	return 0;
}

/* The end of a way: what may follow follows. */
static void end_write(struct writing *to, const struct regex_way *way)
{
	struct format_text *source = &to->source;
	bool any = source->len && source->text[source->len - 1] == '*';

	if (!source->len)
		format_text_raw(source, "/", 1);
	if (way->open && !any)
		format_text_raw(source, "*", 1);
	if (source->len > 2 && !memcmp(source->text + source->len - 2, "/*", 2))
		to->way->unlike |= FORMAT_REGEX_SLASH;
	if (to->flags & FORMAT_REGEX_QUERY && !strpbrk(source->text, "*?"))
		to->way->unlike |= FORMAT_REGEX_QUERIES;
}

static int way_write(struct writing *to, const struct regex_way *way)
{
	size_t i;
	int err = 0;

	format_text_begin(&to->source);
	format_text_begin(&to->groups);
	to->open_groups = 1;
	if (to->flags & FORMAT_REGEX_DIRECTORY)
		format_text_raw(&to->source, "/", 1);
	for (i = 0; !err && i < way->count; i++)
		err = token_write(to, &way->tokens[i], way->open);
	if (!err)
		err = group_add(to, 0);
	if (!err)
		err = groups_fill(to);
	end_write(to, way);
	to->way->letters = to->letters;
	return err;
}

int regex_write(struct format_regex *regex, const struct regex_tree *tree,
		const struct regex_way *way, unsigned int flags)
{
	static __thread struct writing to;
	int err;

	to.tree = tree;
	to.flags = flags;
	to.captures = to.letters = 0;
	memset(to.from, 0, sizeof(to.from));
	to.way = &regex->ways[regex->count++];
	*to.way = (struct format_regex_way){0};
	err = way_write(&to, way);
	if (err)
		return err;
	if (to.source.full || to.source.len > LIMIT_PATH) {
		regex->reason = "longer than a path may be";
		return -ENOTSUP;
	}
	to.way->source = strdup(to.source.text);
	return to.way->source ? 0 : no_memory();
}
