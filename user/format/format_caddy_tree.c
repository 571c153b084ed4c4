// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format_caddy_tree.h"
#include "format_file.h"
#include "format_read.h"
#include "lines.h"

/* Where a tree is made. */
struct making {
	struct caddy_tree *tree;
	struct format_read *read;
	struct format_file *file;
	const struct caddy_words *list;
	size_t at;
	unsigned int depth;
	struct caddy_node **tail;
};

static int no_memory(void)
{
	return error_sys(-ENOMEM, "cannot read the file");
}

static const struct caddy_word *word(const struct making *making)
{
	return &making->list->words[making->at];
}

static bool is_end(const struct making *making)
{
	return making->at == making->list->count;
}

static struct caddy_words *list_new(struct caddy_tree *tree)
{
	struct caddy_words *list = calloc(1, sizeof(*list));

	if (list) {
		list->next = tree->lists;
		tree->lists = list;
	}
	return list;
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

static int lines_make(struct making *making, bool top);

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

static int snippet_add(struct making *making, size_t end)
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

static const struct caddy_snippet *snippet_find(const struct caddy_tree *tree,
						const char *name)
{
	const struct caddy_snippet *snippet = tree->snippets;
	size_t len = strlen(name);

	for (; snippet; snippet = snippet->next) {
		const char *text = snippet->list->words[snippet->name].text;

		if (strlen(text) == len + 2 && !memcmp(text + 1, name, len))
			break;
	}
	return snippet;
}

/* Put arguments in: "{args.0}", "{args[0]}". */
static int args_put(struct caddy_words *to, const struct caddy_word *from,
		    const struct caddy_word *args, size_t count)
{
	char text[4096];
	size_t len = 0, n, number;
	const char *at = from->text;
	int end, took;

	while (*at && len < sizeof(text)) {
		end = 0;
		took = sscanf(at, "{args.%4zu}%n", &number, &end);
		if (took != 1 || !end)
			took = sscanf(at, "{args[%4zu]}%n", &number, &end);
		if (took != 1 || !end || number >= count) {
			text[len++] = *at++;
			continue;
		}
		n = strlen(args[number].text);
		if (len + n >= sizeof(text))
			break;
		memcpy(text + len, args[number].text, n);
		len += n;
		at += end;
	}
	return *at ? caddy_words_add(to, from, from->text, strlen(from->text))
		   : caddy_words_add(to, from, text, len);
}

/* Make lines of another list, in the place of an import. */
static int list_make(struct making *making, const struct caddy_words *list,
		     struct format_file *file, bool top)
{
	struct making inner = *making;
	int err;

	inner.list = list;
	inner.file = file;
	inner.at = 0;
	inner.depth++;
	err = lines_make(&inner, top);
	making->tail = inner.tail;
	return err;
}

static int snippet_make(struct making *making,
			const struct caddy_snippet *snippet,
			const struct caddy_word *args, size_t count, bool top)
{
	struct caddy_words *list = list_new(making->tree);
	size_t i;
	int err = 0;

	if (!list)
		return no_memory();
	making->tree->copied += snippet->end - snippet->begin;
	if (making->tree->copied > CADDY_WORDS) {
		format_error(making->read, args[-1].at, "import",
			     "snippets make too much");
		return 0;
	}
	for (i = snippet->begin; i < snippet->end && !err; i++)
		err = args_put(list, &snippet->list->words[i], args, count);
	return err ? err : list_make(making, list, making->file, top);
}

static int file_make(struct making *making, const struct caddy_word *name,
		     const char *path, bool top)
{
	struct caddy_words *list;
	struct format_file file;
	int err = format_file_open(making->read, &file, path, making->file);

	if (err) {
		format_cannot(making->read, name->at, "import", "%s",
			      error_text());
		return err == -ENOMEM ? err : 0;
	}
	list = list_new(making->tree);
	err = list ? caddy_words_read(list, making->read, &file) : no_memory();
	if (!err)
		err = list_make(making, list, &file, top);
	format_file_close(&file);
	return err;
}

static int files_make(struct making *making, const struct caddy_word *name,
		      bool top)
{
	const char *from = lines_name(making->file->lines);
	const char *slash = strrchr(from, '/');
	int folder = slash && *name->text != '/' ? slash + 1 - from : 0;
	char pattern[PATH_MAX];
	glob_t found;
	size_t i;
	int err = 0;

	if (!strpbrk(name->text, "*?["))
		return file_make(making, name, name->text, top);
	snprintf(pattern, sizeof(pattern), "%.*s%s", folder, from, name->text);
	if (glob(pattern, 0, NULL, &found))
		return 0;
	for (i = 0; i < found.gl_pathc && !err; i++)
		err = file_make(making, name, found.gl_pathv[i] + folder, top);
	globfree(&found);
	return err;
}

static int import_make(struct making *making, size_t end, bool top)
{
	const struct caddy_word *name = word(making) + 1;
	size_t count = end - making->at;
	const struct caddy_snippet *snippet;

	making->at = end;
	if (count < 2) {
		format_error(making->read, name[-1].at, "import", "of what?");
		return 0;
	}
	snippet = snippet_find(making->tree, name->text);
	return snippet ? snippet_make(making, snippet, name + 1, count - 2, top)
		       : files_make(making, name, top);
}

/* The block that a line has opened. */
static int block_make(struct making *making, struct caddy_node *node)
{
	struct making inner = *making;
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

static int line_make(struct making *making, size_t end, bool top)
{
	struct caddy_node *node = calloc(1, sizeof(*node));
	struct making inner;
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

static int lines_make(struct making *making, bool top)
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
			err = import_make(making, end, top);
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
	struct caddy_words *list = list_new(tree);
	struct making making = {.tree = tree,
				.read = read,
				.file = file,
				.list = list,
				.tail = &tree->first};
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
