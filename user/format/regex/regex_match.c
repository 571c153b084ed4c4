// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "fold.h"
#include "regex_match.h"
#include "regex_parse.h"
#include "regex_ways.h"

/* Steps of one match, at most; it goes back as far as it takes. */
enum { STEPS = 100000, TOKENS = 1000 };

struct matching {
	const struct regex_tree *tree;
	const struct regex_way *way;
	const char *text;
	size_t len;
	unsigned int steps;
	struct regex_match *match;
};

static bool takes(const struct matching *matching,
		  const struct regex_token *token, size_t at)
{
	bool fold = matching->tree->fold;
	unsigned char c;

	if (at >= matching->len)
		return false;
	c = matching->text[at];
	if (token->kind == REGEX_BYTE)
		return fold_byte(c, fold) == fold_byte(token->byte, fold);
	return regex_set_has(&matching->tree->nodes[token->node].set, c);
}

static int tokens_match(struct matching *matching, size_t i, size_t at);

/* One token that takes several bytes, then the rest. */
static int many_match(struct matching *matching, size_t i, size_t at)
{
	const struct regex_token *token = &matching->way->tokens[i];
	const struct regex_node *node = &matching->tree->nodes[token->node];
	size_t least = node->min, most = at, n;
	int got;

	if (token->kind != REGEX_ANY && !least)
		least = 1;
	while (most - at < (size_t)node->max && takes(matching, token, most))
		most++;
	if (most - at < least)
		return 0;
	for (n = 0; n <= most - at - least; n++) {
		got = tokens_match(matching, i + 1,
				   token->lazy ? at + least + n : most - n);
		if (got)
			return got;
	}
	return 0;
}

/* The tokens from one on at a place: 1, 0, or -ENOTSUP for too many steps. */
static int tokens_match(struct matching *matching, size_t i, size_t at)
{
	for (; i < matching->way->count; i++) {
		const struct regex_token *token = &matching->way->tokens[i];

		if (!matching->steps--)
			return -ENOTSUP;
		switch (token->kind) {
		case REGEX_OPEN:
			if (token->group < REGEX_MATCH_GROUPS)
				matching->match->from[token->group] = (int)at;
			break;
		case REGEX_CLOSE:
			if (token->group < REGEX_MATCH_GROUPS)
				matching->match->to[token->group] = (int)at;
			break;
		case REGEX_AT_BEGIN:
			if (at)
				return 0;
			break;
		case REGEX_AT_END:
			if (at < matching->len)
				return 0;
			break;
		case REGEX_BYTE:
		case REGEX_DOT:
			if (!takes(matching, token, at++))
				return 0;
			break;
		default:
			return many_match(matching, i, at);
		}
	}
	matching->match->to[0] = (int)at;
	return 1;
}

/* All ways at all places. */
static int ways_match(struct matching *matching, const struct regex_ways *ways)
{
	size_t i, at;
	int got;

	for (at = 0; at <= matching->len; at++)
		for (i = 0; i < ways->count; i++) {
			memset(matching->match, -1, sizeof(*matching->match));
			matching->match->from[0] = (int)at;
			matching->way = &ways->items[i];
			if (matching->way->count > TOKENS)
				return -ENOTSUP;
			got = tokens_match(matching, 0, at);
			if (got)
				return got;
		}
	return 0;
}

int regex_match(struct regex_match *match, const char *expression,
		const char *text, bool fold, const char **reason)
{
	struct regex_set whole = {0};
	struct regex_ways ways = {0};
	struct regex_tree tree;
	struct matching matching = {.tree = &tree,
				    .text = text,
				    .len = strlen(text),
				    .steps = STEPS,
				    .match = match};
	int got = regex_parse(&tree, expression, strlen(expression), fold);

	*reason = tree.reason;
	if (!got) {
		got = regex_ways(&ways, &tree, &whole);
		*reason = ways.reason;
	}
	if (!got) {
		got = ways_match(&matching, &ways);
		*reason = "it takes too long to match";
	}
	regex_ways_free(&ways);
	regex_tree_free(&tree);
	return got;
}
