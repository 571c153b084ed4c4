// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "regex_class.h"
#include "regex_parse.h"

struct parser {
	struct regex_tree *tree;
	const char *at, *end;
	bool begun; /* something but '^' was read */
};

static int fail(struct parser *parser, const char *reason)
{
	parser->tree->reason = reason;
	return -ENOTSUP;
}

/* Add a node, which is one time. Returns its number or -ENOMEM. */
static int node_add(struct parser *parser, enum regex_kind kind)
{
	struct regex_tree *tree = parser->tree;

	if (array_grow(&tree->nodes, &tree->room, tree->count + 1,
		       sizeof(*tree->nodes)))
		return error_sys(-ENOMEM, "cannot read an expression");
	tree->nodes[tree->count] = (struct regex_node){.kind = kind,
						       .child = REGEX_NONE,
						       .next = REGEX_NONE,
						       .min = 1,
						       .max = 1};
	return tree->count++;
}

static bool eat(struct parser *parser, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(parser->end - parser->at) < len ||
	    memcmp(parser->at, text, len))
		return false;
	parser->at += len;
	return true;
}

/* A decimal number, of which more digits than matter are no number. */
static bool number_read(struct parser *parser, int *value)
{
	const char *at = parser->at;

	*value = 0;
	while (parser->at < parser->end && parser->at - at < 5 &&
	       isdigit((unsigned char)*parser->at))
		*value = *value * 10 + *parser->at++ - '0';
	return parser->at > at;
}

/* "{2}", "{2,}", "{2,3}"; any other '{' is one. */
static bool count_read(struct parser *parser, int *min, int *max)
{
	const char *at = parser->at;

	if (eat(parser, "{") && number_read(parser, min)) {
		*max = *min;
		if (eat(parser, ",") && !number_read(parser, max))
			*max = REGEX_MORE;
		if (eat(parser, "}"))
			return true;
	}
	parser->at = at;
	return false;
}

static int times_read(struct parser *parser, struct regex_node *node)
{
	if (eat(parser, "?"))
		node->min = 0;
	else if (eat(parser, "*"))
		node->min = 0, node->max = REGEX_MORE;
	else if (eat(parser, "+"))
		node->max = REGEX_MORE;
	else if (!count_read(parser, &node->min, &node->max))
		return 0;
	if (node->max < node->min)
		return fail(parser, "a range that ends before it begins");
	node->lazy = eat(parser, "?");
	if (!node->lazy && eat(parser, "+"))
		return fail(parser, "a quantifier that gives nothing back");
	if (node->kind == REGEX_BEGIN || node->kind == REGEX_END)
		return fail(parser, "an anchor that is repeated");
	return 0;
}

static int branches_parse(struct parser *parser, unsigned int depth);

/* "(?<name>" and the like, behind "(?". */
static int name_read(struct parser *parser, int group)
{
	char close = parser->at[-1] == '\'' ? '\'' : '>';
	const char *name = parser->at;

	while (parser->at < parser->end &&
	       (isalnum((unsigned char)*parser->at) || *parser->at == '_'))
		parser->at++;
	if (parser->at == name || parser->at == parser->end ||
	    *parser->at != close)
		return fail(parser, "a group's name without its end");
	parser->tree->name[group].text = name;
	parser->tree->name[group].len = parser->at++ - name;
	return 0;
}

/* What stands behind "(": which kind of group it is. */
static int group_head(struct parser *parser, struct regex_node *node)
{
	bool named = false;

	if (eat(parser, "?:"))
		return 0;
	if (eat(parser, "?P<") || eat(parser, "?'"))
		named = true;
	else if (eat(parser, "?=") || eat(parser, "?!") || eat(parser, "?<=") ||
		 eat(parser, "?<!"))
		return fail(parser, "it looks ahead or behind");
	else if (eat(parser, "?<"))
		named = true;
	else if (eat(parser, "?") || eat(parser, "*"))
		return fail(parser, "a group that rules have nothing for");
	if (parser->tree->groups == REGEX_GROUPS)
		return fail(parser, "more than 31 groups");
	node->group = parser->tree->groups++;
	return named ? name_read(parser, node->group) : 0;
}

static int group_parse(struct parser *parser, unsigned int depth)
{
	int n = node_add(parser, REGEX_GROUP), err, child;

	if (n < 0)
		return n;
	if (depth == REGEX_DEPTH)
		return fail(parser, "more than 20 groups within each other");
	err = group_head(parser, &parser->tree->nodes[n]);
	if (err)
		return err;
	child = branches_parse(parser, depth + 1);
	if (child < 0)
		return child;
	if (!eat(parser, ")"))
		return fail(parser, "a group without its end");
	parser->tree->nodes[n].child = child;
	return n;
}

/* Behind a '\'. */
static int escape_parse(struct parser *parser)
{
	struct regex_set set = {0};
	enum regex_kind kind = REGEX_SET;
	int n, c;

	if (parser->at == parser->end)
		return fail(parser, "a '\\' at its end");
	if (*parser->at == 'A' || *parser->at == 'z' || *parser->at == 'Z') {
		kind = *parser->at++ == 'A' ? REGEX_BEGIN : REGEX_END;
	} else if (regex_set_escape(&set, *parser->at)) {
		parser->at++;
	} else {
		c = regex_byte(&parser->at, parser->end);
		if (c < 0)
			return fail(parser,
				    isdigit((unsigned char)*parser->at)
					    ? "a reference to a group"
					    : "an escape that rules have "
					      "nothing for");
		regex_set_add(&set, c);
	}
	n = node_add(parser, kind);
	if (n >= 0)
		parser->tree->nodes[n].set = set;
	return n;
}

static int set_parse(struct parser *parser)
{
	struct regex_set set = {0};
	const char *why = NULL;
	char c = *parser->at++;
	int n;

	if (c == '[')
		why = regex_class(&set, &parser->at, parser->end,
				  parser->tree->fold);
	else if (c == '.')
		regex_set_invert(&set);
	else
		regex_set_add(&set, c);
	if (why)
		return fail(parser, why);
	n = node_add(parser, REGEX_SET);
	if (n < 0)
		return n;
	parser->tree->nodes[n].set = set;
	parser->tree->nodes[n].dot = c == '.';
	return n;
}

/* One item, without how often it stands there. */
static int item_parse(struct parser *parser, unsigned int depth)
{
	bool begun = parser->begun;

	parser->begun = true;
	if (eat(parser, "(?i)")) {
		if (begun || depth)
			return fail(parser, "(?i) behind its begin");
		parser->begun = false;
		parser->tree->fold = true;
		return REGEX_NONE;
	}
	if (eat(parser, "(?s)"))
		return REGEX_NONE;
	if (eat(parser, "("))
		return group_parse(parser, depth);
	if (eat(parser, "^")) {
		parser->begun = begun;
		return node_add(parser, REGEX_BEGIN);
	}
	if (eat(parser, "$"))
		return node_add(parser, REGEX_END);
	if (eat(parser, "\\"))
		return escape_parse(parser);
	if (strchr("?*+", *parser->at))
		return fail(parser, "a quantifier without what it is of");
	return set_parse(parser);
}

/* "\d\d" is "\d{2}", "[0-9][0-9]*" is "[0-9]+". */
static bool item_merge(struct regex_node *last, const struct regex_node *item)
{
	if (last->kind != REGEX_SET || item->kind != REGEX_SET ||
	    last->dot != item->dot || last->lazy != item->lazy ||
	    regex_set_count(&last->set) < 2 ||
	    !regex_set_equal(&last->set, &item->set))
		return false;
	last->min += item->min;
	last->max += item->max;
	if (last->max > REGEX_MORE)
		last->max = REGEX_MORE;
	return true;
}

/* The items up to '|', ')' or the end. */
static int items_parse(struct parser *parser, int branch, unsigned int depth)
{
	struct regex_node *nodes;
	int last = REGEX_NONE, item, err;

	while (parser->at < parser->end && *parser->at != '|' &&
	       *parser->at != ')') {
		item = item_parse(parser, depth);
		if (item == REGEX_NONE)
			continue;
		if (item < 0)
			return item;
		nodes = parser->tree->nodes;
		err = times_read(parser, &nodes[item]);
		if (err)
			return err;
		if (last == REGEX_NONE)
			nodes[branch].child = item;
		else if (item_merge(&nodes[last], &nodes[item]))
			continue;
		else
			nodes[last].next = item;
		last = item;
	}
	return 0;
}

/* Returns the first branch. */
static int branches_parse(struct parser *parser, unsigned int depth)
{
	int first = node_add(parser, REGEX_BRANCH), branch = first, next, err;

	if (first < 0)
		return first;
	for (;;) {
		err = items_parse(parser, branch, depth);
		if (err)
			return err;
		if (!eat(parser, "|"))
			return first;
		next = node_add(parser, REGEX_BRANCH);
		if (next < 0)
			return next;
		parser->tree->nodes[branch].next = next;
		branch = next;
	}
}

int regex_parse(struct regex_tree *tree, const char *text, size_t len,
		bool fold)
{
	struct parser parser = {.tree = tree, .at = text, .end = text + len};
	int got;

	*tree = (struct regex_tree){.groups = 1, .fold = fold};
	if (len > REGEX_LENGTH)
		return fail(&parser, "longer than 4,096 bytes");
	if (memchr(text, '\0', len))
		return fail(&parser, "a NUL");
	got = branches_parse(&parser, 0);
	if (got >= 0 && parser.at < parser.end)
		got = fail(&parser, "a ')' without a group");
	return got < 0 ? got : 0;
}

void regex_tree_free(struct regex_tree *tree)
{
	free(tree->nodes);
	tree->nodes = NULL;
	tree->count = tree->room = 0;
}
