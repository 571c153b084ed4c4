// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "array.h"
#include "error.h"
#include "format_regex_way.h"
#include "regex_parse.h"
#include "regex_ways.h"

struct expansion {
	const struct regex_tree *tree;
	const struct regex_set *whole;
	const char *reason;
};

/* A byte is written out so often, a class into so many bytes, at most. */
enum { TIMES = 16, CHOICES = 10 };

static int no_memory(void)
{
	return error_sys(-ENOMEM, "cannot read an expression");
}

int regex_way_add(struct regex_way *way, const struct regex_token *token)
{
	if (array_grow(&way->tokens, &way->room, way->count + 1,
		       sizeof(*way->tokens)))
		return no_memory();
	way->tokens[way->count++] = *token;
	return 0;
}

static int way_join(struct regex_way *way, const struct regex_way *end)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < end->count; i++)
		err = regex_way_add(way, &end->tokens[i]);
	return err;
}

/* Add an empty way. */
static int ways_add(struct expansion *to, struct regex_ways *ways)
{
	if (ways->count == REGEX_WAYS) {
		to->reason = "more than 256 ways to match";
		return -ENOTSUP;
	}
	if (array_grow(&ways->items, &ways->room, ways->count + 1,
		       sizeof(*ways->items)))
		return no_memory();
	ways->items[ways->count++] = (struct regex_way){0};
	return 0;
}

/* Add a way of one token. */
static int ways_add_token(struct expansion *to, struct regex_ways *ways,
			  const struct regex_token *token)
{
	int err = ways_add(to, ways);

	return err ? err : regex_way_add(&ways->items[ways->count - 1], token);
}

/* Each way goes on in each of the others. */
static int ways_multiply(struct expansion *to, struct regex_ways *ways,
			 const struct regex_ways *by)
{
	struct regex_ways product = {0};
	size_t i, j;
	int err = 0;

	for (i = 0; by->count == 1 && !err && i < ways->count; i++)
		err = way_join(&ways->items[i], &by->items[0]);
	if (by->count == 1)
		return err;
	for (i = 0; !err && i < ways->count; i++)
		for (j = 0; !err && j < by->count; j++) {
			struct regex_way *way;

			err = ways_add(to, &product);
			if (err)
				break;
			way = &product.items[product.count - 1];
			err = way_join(way, &ways->items[i]);
			if (!err)
				err = way_join(way, &by->items[j]);
		}
	regex_ways_free(ways);
	*ways = product;
	return err;
}

/* A byte so many times. */
static int byte_repeat(struct expansion *to, struct regex_ways *ways,
		       unsigned char byte, int times, unsigned int unlike)
{
	struct regex_token token = {
		.kind = REGEX_BYTE, .byte = byte, .unlike = unlike};
	int err = ways_add(to, ways);

	while (!err && times--)
		err = regex_way_add(&ways->items[ways->count - 1], &token);
	return err;
}

/* One byte, perhaps several times: most often first, if it is not lazy. */
static int byte_expand(struct expansion *to, struct regex_ways *ways,
		       const struct regex_node *node, unsigned char byte)
{
	int max = node->max, i, err = 0;
	unsigned int unlike = 0;

	if (max == REGEX_MORE && byte == '/' && node->min <= 1) {
		unlike = FORMAT_REGEX_SLASHES;
		max = 1;
	}
	if (max > TIMES) {
		to->reason = "a character that is repeated";
		return -ENOTSUP;
	}
	for (i = 0; !err && i <= max - node->min; i++)
		err = byte_repeat(to, ways, byte,
				  node->lazy ? node->min + i : max - i, unlike);
	return err;
}

/* One of a few bytes, or none of them. */
static int choice_expand(struct expansion *to, struct regex_ways *ways,
			 const struct regex_node *node)
{
	const struct regex_set *set = &node->set;
	bool none = !node->min;
	unsigned int c;
	int err = 0;

	if (none && node->lazy)
		err = ways_add(to, ways);
	for (c = 0; !err && c < 256; c++) {
		struct regex_token token = {.kind = REGEX_BYTE, .byte = c};

		if (!regex_set_has(set, c) ||
		    (to->tree->fold && isupper((int)c) &&
		     regex_set_has(set, tolower((int)c))))
			continue;
		err = ways_add_token(to, ways, &token);
	}
	if (!err && none && !node->lazy)
		err = ways_add(to, ways);
	return err;
}

/* Many bytes of a set. */
static struct regex_token many_of(const struct expansion *to,
				  const struct regex_node *node)
{
	struct regex_token token = {.kind = REGEX_CAPTURE, .lazy = node->lazy};
	struct regex_set digits = {0};
	bool whole = regex_set_holds(&node->set, to->whole);

	token.node = node - to->tree->nodes;
	regex_set_range(&digits, '0', '9');
	if (regex_set_has(&node->set, '/')) {
		token.kind = REGEX_ANY;
		if (node->min)
			token.unlike = FORMAT_REGEX_EMPTY;
	} else if (regex_set_holds(&digits, &node->set)) {
		token.kind = REGEX_DIGITS;
		whole = regex_set_equal(&digits, &node->set);
	}
	if (!whole || node->max < REGEX_MORE || node->min > 1)
		token.unlike |= FORMAT_REGEX_WIDER;
	return token;
}

static int set_expand(struct expansion *to, struct regex_ways *ways,
		      const struct regex_node *node)
{
	unsigned int count = regex_set_count(&node->set), c = 0;
	struct regex_token token;
	int err = 0;

	while (count == 1 && !regex_set_has(&node->set, c))
		c++;
	if (count == 1 || !node->max)
		return byte_expand(to, ways, node, c);
	if (node->max == 1 && count <= CHOICES)
		return choice_expand(to, ways, node);
	token = many_of(to, node);
	if (node->dot && node->max == 1)
		token = (struct regex_token){.kind = REGEX_DOT,
					     .node = token.node};
	if (token.kind == REGEX_ANY || node->min)
		return ways_add_token(to, ways, &token);
	if (node->lazy)
		err = ways_add(to, ways);
	if (!err)
		err = ways_add_token(to, ways, &token);
	if (!err && !node->lazy)
		err = ways_add(to, ways);
	return err;
}

static int branches_expand(struct expansion *to, struct regex_ways *ways,
			   int branch, int group);

static int group_expand(struct expansion *to, struct regex_ways *ways,
			const struct regex_node *node)
{
	int err = 0;

	if (node->max > 1) {
		to->reason = "a group that is repeated";
		return -ENOTSUP;
	}
	if (!node->min && (node->lazy || !node->max))
		err = ways_add(to, ways);
	if (!err && node->max)
		err = branches_expand(to, ways, node->child, node->group);
	if (!err && !node->min && !node->lazy && node->max)
		err = ways_add(to, ways);
	return err;
}

static int item_expand(struct expansion *to, struct regex_ways *ways,
		       const struct regex_node *node)
{
	struct regex_token token = {.kind = node->kind == REGEX_BEGIN
						    ? REGEX_AT_BEGIN
						    : REGEX_AT_END};

	if (node->kind == REGEX_GROUP)
		return group_expand(to, ways, node);
	if (node->kind == REGEX_SET)
		return set_expand(to, ways, node);
	return ways_add_token(to, ways, &token);
}

/* What follows each other in a branch. */
static int items_expand(struct expansion *to, struct regex_ways *ways, int item)
{
	const struct regex_node *nodes = to->tree->nodes;
	int err = ways_add(to, ways);

	for (; !err && item != REGEX_NONE; item = nodes[item].next) {
		struct regex_ways forms = {0};

		err = item_expand(to, &forms, &nodes[item]);
		if (!err)
			err = ways_multiply(to, ways, &forms);
		regex_ways_free(&forms);
	}
	return err;
}

/* Take over the ways of one branch, a group around each. */
static int branch_take(struct expansion *to, struct regex_ways *ways,
		       const struct regex_ways *branch, int group)
{
	struct regex_token mark = {.group = group};
	size_t i;
	int err = 0;

	for (i = 0; !err && i < branch->count; i++) {
		struct regex_way *way;

		err = ways_add(to, ways);
		if (err)
			return err;
		way = &ways->items[ways->count - 1];
		mark.kind = REGEX_OPEN;
		if (group)
			err = regex_way_add(way, &mark);
		if (!err)
			err = way_join(way, &branch->items[i]);
		mark.kind = REGEX_CLOSE;
		if (!err && group)
			err = regex_way_add(way, &mark);
	}
	return err;
}

static int branches_expand(struct expansion *to, struct regex_ways *ways,
			   int branch, int group)
{
	const struct regex_node *nodes = to->tree->nodes;
	int err = 0;

	for (; !err && branch != REGEX_NONE; branch = nodes[branch].next) {
		struct regex_ways one = {0};

		err = items_expand(to, &one, nodes[branch].child);
		if (!err)
			err = branch_take(to, ways, &one, group);
		regex_ways_free(&one);
	}
	return err;
}

int regex_ways(struct regex_ways *ways, const struct regex_tree *tree,
	       const struct regex_set *whole)
{
	struct expansion to = {.tree = tree, .whole = whole};
	int err;

	*ways = (struct regex_ways){0};
	err = branches_expand(&to, ways, 0, 0);
	ways->reason = to.reason;
	return err;
}

void regex_ways_drop(struct regex_ways *ways, const bool *drop)
{
	size_t i, kept = 0;

	for (i = 0; i < ways->count; i++)
		if (drop[i])
			free(ways->items[i].tokens);
		else
			ways->items[kept++] = ways->items[i];
	ways->count = kept;
}

void regex_ways_free(struct regex_ways *ways)
{
	size_t i;

	for (i = 0; i < ways->count; i++)
		free(ways->items[i].tokens);
	free(ways->items);
	*ways = (struct regex_ways){.reason = ways->reason};
}
