// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format_caddy_import.h"
#include "format_file.h"
#include "format_read.h"
#include "lines.h"

static int no_memory(void)
{
	return error_sys(-ENOMEM, "cannot read the file");
}

struct caddy_words *caddy_list_new(struct caddy_tree *tree)
{
	struct caddy_words *list = calloc(1, sizeof(*list));

	if (list) {
		list->next = tree->lists;
		tree->lists = list;
	}
	return list;
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
static int list_make(struct caddy_making *making,
		     const struct caddy_words *list, struct format_file *file,
		     bool top)
{
	struct caddy_making inner = *making;
	int err;

	inner.list = list;
	inner.file = file;
	inner.at = 0;
	inner.depth++;
	err = inner.lines(&inner, top);
	making->tail = inner.tail;
	return err;
}

static int snippet_make(struct caddy_making *making,
			const struct caddy_snippet *snippet,
			const struct caddy_word *args, size_t count, bool top)
{
	struct caddy_words *list = caddy_list_new(making->tree);
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

static int file_make(struct caddy_making *making, const struct caddy_word *name,
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
	list = caddy_list_new(making->tree);
	err = list ? caddy_words_read(list, making->read, &file) : no_memory();
	if (!err)
		err = list_make(making, list, &file, top);
	format_file_close(&file);
	return err;
}

static int files_make(struct caddy_making *making,
		      const struct caddy_word *name, bool top)
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

int caddy_import_make(struct caddy_making *making, size_t end, bool top)
{
	const struct caddy_word *name = &making->list->words[making->at + 1];
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
