// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format_caddy_import.h"
#include "format_caddy_tree.h"
#include "format_file.h"
#include "format_read.h"

static int no_memory(void)
{
	return error_sys(-ENOMEM, "cannot read the file");
}

static const struct caddy_word *word(const struct caddy_making *making)
{
	return &making->list->words[making->at];
}

static bool is_end(const struct caddy_making *making)
{
	return making->at == making->list->count;
}

/* The end of the line that begins at a word; of addresses it may be a later
 * one's. */
static size_t line_end(const struct caddy_words *list, size_t at, bool top)
{
	size_t i = at + 1;

	while (i < list->count) {
		const char *text = list->words[i - 1].text;

		if (list->words[i].first &&
		    !(top && *text && text[strlen(text) - 1] == ','))
			break;
		i++;
	}
	return i;
}

static int lines_make(struct caddy_making *making, bool top);

/* Skip to behind the '}' of a block that was opened. Returns the number of the
 * '}', or of the end. */
static size_t block_end(const struct caddy_words *list, size_t at)
{
	size_t depth = 1;

	while (at < list->count) {
		size_t end = line_end(list, at, false);

		if (caddy_word_is(&list->words[at], "}") && !--depth)
			break;
		depth += caddy_word_is(&list->words[end - 1], "{");
		at = end;
	}
	return at;
}

static int snippet_add(struct caddy_making *making, size_t end)
{
	struct caddy_snippet *snippet = calloc(1, sizeof(*snippet));

	if (!snippet)
		return no_memory();
	*snippet = (struct caddy_snippet){making->list, making->at, end,
					  block_end(making->list, end),
					  making->tree->snippets};
	making->tree->snippets = snippet;
	making->at = snippet->end + (snippet->end < making->list->count);
	return 0;
}

/* The block that a line has opened. */
static int block_make(struct caddy_making *making, struct caddy_node *node)
{
	struct caddy_making inner = *making;
	int err;

	node->block = true;
	inner.tail = &node->child;
	inner.depth++;
	err = lines_make(&inner, false);
	making->at = inner.at;
	if (err)
		return err;
	if (is_end(making))
		format_error(making->read, node->words->at, "line",
			     "a block without its end");
	else
		making->at++;
	return 0;
}

static int line_make(struct caddy_making *making, size_t end, bool top)
{
	struct caddy_node *node = calloc(1, sizeof(*node));
	struct caddy_making inner;
	bool brace = caddy_word_is(&making->list->words[end - 1], "{");
	int err;

	if (!node)
		return no_memory();
	node->made = making->tree->made;
	making->tree->made = node;
	node->words = word(making);
	node->count = end - making->at - brace;
	*making->tail = node;
	making->tail = &node->next;
	making->at = end;
	if (brace)
		return block_make(making, node);
	if (!top)
		return 0;
	/* one site without a brace: all the rest is of it */
	node->block = true;
	inner = *making;
	inner.tail = &node->child;
	err = lines_make(&inner, false);
	making->at = inner.at;
	return err;
}

static int lines_make(struct caddy_making *making, bool top)
{
	int err = 0;

	if (making->depth > CADDY_DEPTH) {
		format_error(
			making->read, is_end(making) ? 0 : word(making)->at,
			"line",
			"more than %d blocks and imports within each other",
			CADDY_DEPTH);
		making->at = block_end(making->list, making->at);
		return 0;
	}
	while (!is_end(making) && !err) {
		const struct caddy_word *first = word(making);
		size_t end = line_end(making->list, making->at, top);

		if (caddy_word_is(first, "}")) {
			if (!top)
				break;
			format_error(making->read, first->at, "line",
				     "'}' that closes nothing");
			making->at++;
		} else if (!strcmp(first->text, "import")) {
			err = caddy_import_make(making, end, top);
		} else if (top && *first->text == '(' &&
			   caddy_word_is(&making->list->words[end - 1], "{")) {
			err = snippet_add(making, end);
		} else {
			err = line_make(making, end, top);
		}
	}
	return err;
}

int caddy_tree_read(struct caddy_tree *tree, struct format_read *read,
		    struct format_file *file)
{
	struct caddy_words *list = caddy_list_new(tree);
	struct caddy_making making = {.tree = tree,
				      .read = read,
				      .file = file,
				      .list = list,
				      .tail = &tree->first,
				      .lines = lines_make};
	int err = list ? caddy_words_read(list, read, file) : no_memory();

	return err ? err : lines_make(&making, true);
}

void caddy_tree_free(struct caddy_tree *tree)
{
	while (tree->made) {
		struct caddy_node *node = tree->made;

		tree->made = node->made;
		free(node);
	}
	while (tree->snippets) {
		struct caddy_snippet *snippet = tree->snippets;

		tree->snippets = snippet->next;
		free(snippet);
	}
	caddy_words_free(tree->lists);
	*tree = (struct caddy_tree){0};
}
