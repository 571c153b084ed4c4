// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "error.h"
#include "regex_greedy.h"
#include "regex_parse.h"
#include "regex_ways.h"

/* The tokens of a way that take bytes. */
struct taking {
	const struct regex_token **tokens;
	size_t count;
	bool open;
};

static bool same(const struct regex_token *a, const struct regex_token *b)
{
	return a->kind == b->kind && a->byte == b->byte && a->node == b->node &&
	       a->lazy == b->lazy;
}

/* Whether a set that is taken any number of times takes a token, too. */
static bool absorbs(const struct regex_tree *tree, const struct regex_node *by,
		    const struct regex_token *token)
{
	if (token->kind == REGEX_BYTE && !token->unlike)
		return regex_set_has(&by->set, token->byte);
	/* what "/+" and "." have been taken for stands for more */
	return token->kind != REGEX_BYTE &&
	       regex_set_holds(&by->set, &tree->nodes[token->node].set);
}

/* Whether a token takes as much as it can, and what is behind it up to end. */
static bool takes_all(const struct regex_tree *tree, const struct taking *way,
		      size_t from, size_t end)
{
	const struct regex_token *token = way->tokens[from - 1];
	const struct regex_node *node = &tree->nodes[token->node];
	size_t i;

	if (token->kind == REGEX_BYTE || token->kind == REGEX_DOT ||
	    token->lazy || node->max < REGEX_MORE)
		return false;
	for (i = from; i < end; i++)
		if (!absorbs(tree, node, way->tokens[i]))
			return false;
	return true;
}

/* Whether a way has the tokens of a shorter one, which comes first whenever
 * both match. */
static bool never_reached(const struct regex_tree *tree,
			  const struct taking *way, const struct taking *other)
{
	size_t more, begin = 0, end = 0;

	if (way->count <= other->count || way->open != other->open)
		return false;
	more = way->count - other->count;
	while (begin < other->count &&
	       same(way->tokens[begin], other->tokens[begin]))
		begin++;
	while (end < other->count - begin &&
	       same(way->tokens[way->count - 1 - end],
		    other->tokens[other->count - 1 - end]))
		end++;
	if (begin + end < other->count)
		return false;
	for (; begin && begin + end >= other->count; begin--)
		if (takes_all(tree, way, begin, begin + more))
			return true;
	return false;
}

static int taking_make(struct taking *taking, const struct regex_way *way)
{
	size_t i;

	*taking = (struct taking){.open = way->open};
	taking->tokens = malloc((way->count + 1) * sizeof(*taking->tokens));
	if (!taking->tokens)
		return error_sys(-ENOMEM, "cannot read an expression");
	for (i = 0; i < way->count; i++)
		if (regex_takes(&way->tokens[i]))
			taking->tokens[taking->count++] = &way->tokens[i];
	return 0;
}

int regex_greedy_drop(struct regex_ways *ways, const struct regex_tree *tree)
{
	struct taking taking[REGEX_WAYS] = {{0}};
	bool drop[REGEX_WAYS] = {false};
	size_t i, j;
	int err = 0;

	for (i = 0; !err && i < ways->count; i++)
		err = taking_make(&taking[i], &ways->items[i]);
	for (i = 0; !err && i < ways->count; i++)
		for (j = 0; !drop[i] && j < ways->count; j++)
			drop[i] = j != i &&
				  never_reached(tree, &taking[i], &taking[j]);
	if (!err)
		regex_ways_drop(ways, drop);
	for (i = 0; i < REGEX_WAYS; i++)
		free(taking[i].tokens);
	return err;
}
