// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format_regex_way.h"
#include "limit.h"
#include "regex_host.h"
#include "regex_parse.h"
#include "regex_set.h"
#include "regex_ways.h"

/* A host, which is its own text for groups, too. */
struct host {
	const struct regex_tree *tree;
	struct format_regex_way *way;
	size_t len, from[REGEX_GROUPS];
	bool begun, ended, wild, port, never;
	const char *reason;
	char text[LIMIT_HOST + 8];
};

static int no_memory(void)
{
	return error_sys(-ENOMEM, "cannot read an expression");
}

static int cannot(struct host *host, const char *reason)
{
	host->reason = reason;
	return -ENOTSUP;
}

static int byte_add(struct host *host, unsigned char byte)
{
	host->never |= host->ended;
	host->port |= byte == ':';
	if (host->never || host->port)
		return 0;
	if (host->len >= LIMIT_HOST + 2)
		return cannot(host, "longer than a host may be");
	if (!isalnum(byte) && !strchr("-_.", byte))
		return cannot(host, "a character that hosts have not");
	host->text[host->len++] = (char)tolower(byte);
	host->text[host->len] = '\0';
	return 0;
}

/* What varies begins a host. */
static int wild_add(struct host *host, const struct regex_token *token)
{
	const struct regex_node *node = &host->tree->nodes[token->node];
	struct regex_set label = {0};

	host->never |= host->ended;
	if (host->never || host->port)
		return 0;
	if (host->len || host->wild)
		return cannot(host, "a variable part behind the host's begin");
	regex_set_range(&label, 'a', 'z');
	regex_set_range(&label, '0', '9');
	regex_set_add(&label, '-');
	if (!regex_set_holds(&node->set, &label) || node->max < REGEX_MORE ||
	    node->min > 1)
		host->way->unlike |= FORMAT_REGEX_WIDER;
	if (!regex_set_has(&node->set, '.'))
		host->way->unlike |= FORMAT_REGEX_DEPTH;
	host->wild = true;
	host->text[host->len++] = '*';
	host->text[host->len] = '\0';
	return 0;
}

static int group_add(struct host *host, int group)
{
	char **to = &host->way->group[group];

	*to = strdup(host->text + host->from[group]);
	return *to ? 0 : no_memory();
}

/* A '.' between letters is meant as one. */
static int dot_add(struct host *host)
{
	if (!host->len || !isalnum((unsigned char)host->text[host->len - 1]))
		return cannot(host, "'.' for any one character");
	host->way->unlike |= FORMAT_REGEX_DOT;
	return byte_add(host, '.');
}

static int token_add(struct host *host, const struct regex_token *token)
{
	switch (token->kind) {
	case REGEX_AT_BEGIN:
		host->begun = true;
		host->never |= host->len > 0;
		return 0;
	case REGEX_AT_END:
		host->ended = true;
		return 0;
	case REGEX_OPEN:
		host->from[token->group] = host->len;
		return 0;
	case REGEX_CLOSE:
		return group_add(host, token->group);
	case REGEX_BYTE:
		return byte_add(host, token->byte);
	case REGEX_DOT:
		return dot_add(host);
	default:
		return wild_add(host, token);
	}
}

static int groups_fill(struct host *host)
{
	int i, err = group_add(host, 0);

	for (i = 0; !err && i < host->tree->groups; i++)
		if (!host->way->group[i] && !(host->way->group[i] = strdup("")))
			err = no_memory();
	return err;
}

/* Add a copy of the last way with another text before its host. */
static int way_repeat(struct format_regex *regex, const char *before)
{
	struct format_regex_way *from = &regex->ways[regex->count - 1];
	struct format_regex_way *way = from + 1;
	size_t i;

	*way = (struct format_regex_way){.unlike = from->unlike};
	regex->count++;
	if (asprintf(&way->source, "%s%s", before, from->source) < 0) {
		way->source = NULL;
		return no_memory();
	}
	for (i = 0; i < FORMAT_REGEX_GROUPS && from->group[i]; i++)
		if (!(way->group[i] = strdup(from->group[i])))
			return no_memory();
	return 0;
}

/* The host's text as sources have it. Returns 1 for none. */
static int source_make(struct format_regex *regex, struct host *host)
{
	struct format_regex_way *way = host->way;
	const char *text = host->text + host->wild, *before = "";
	bool open = host->wild || !host->begun, dot = *text == '.';

	host->never |= !open && (dot || (!*text && host->ended));
	if (host->never)
		return 1;
	if (host->port)
		way->unlike |= FORMAT_REGEX_PORT;
	if (!host->port && !host->ended && *text) {
		if (!strchr(text + dot, '.') || text[strlen(text) - 1] == '.')
			return cannot(host, "the begin of a host alone");
		way->unlike |= FORMAT_REGEX_END;
	}
	if (dot || !*text)
		before = "*";
	if (asprintf(&way->source, "%s%s", before, text) < 0) {
		way->source = NULL;
		return no_memory();
	}
	if (!*text || dot || !open)
		return 0;
	way->unlike |= FORMAT_REGEX_BEGIN;
	return way_repeat(regex, "*.");
}

/* A lone '.' is something. */
static void dot_alone(struct regex_way *way)
{
	struct regex_token *only = NULL;
	size_t i, count = 0;

	for (i = 0; i < way->count; i++)
		if (regex_takes(&way->tokens[i])) {
			only = &way->tokens[i];
			count++;
		}
	if (count == 1 && only->kind == REGEX_DOT)
		only->kind = REGEX_ANY;
}

int regex_host(struct format_regex *regex, const struct regex_tree *tree,
	       struct regex_way *way)
{
	struct host host = {.tree = tree};
	size_t i, count = regex->count++;
	int err = 0;

	host.way = &regex->ways[count];
	*host.way = (struct format_regex_way){0};
	dot_alone(way);
	for (i = 0; !err && i < way->count; i++)
		err = token_add(&host, &way->tokens[i]);
	if (!err)
		err = groups_fill(&host);
	if (!err)
		err = source_make(regex, &host);
	if (err > 0) {
		format_regex_way_free(host.way);
		regex->count = count;
		host.reason = "it never matches";
		err = 0;
	}
	regex->reason = host.reason;
	if (!err && regex->count > FORMAT_REGEX_MOST) {
		regex->reason = "more than 256 ways to match";
		err = -ENOTSUP;
	}
	return err;
}
