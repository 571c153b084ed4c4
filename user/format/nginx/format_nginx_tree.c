// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "format_file.h"
#include "format_nginx_tree.h"
#include "format_nginx_words.h"
#include "format_read.h"

/* Blocks within each other, at most. */
enum { NGINX_DEPTH = 64 };

struct tree_reading {
	struct format_read *read;
	struct format_pool *pool;
	struct nginx_node *parent;
	struct nginx_node **last;
	unsigned int depth;
};

const struct nginx_node *nginx_child(const struct nginx_node *node,
				     const char *name)
{
	const struct nginx_node *child;

	for (child = node->child; child; child = child->next)
		if (nginx_is(child, name))
			return child;
	return NULL;
}

bool nginx_include_harmless(const char *path)
{
	static const char *const names[] = {
		"mime.types",	    "fastcgi_params",
		"uwsgi_params",	    "scgi_params",
		"proxy_params",	    "fastcgi.conf",
		"fastcgi-php.conf", "options-ssl-nginx.conf",
		"koi-utf",	    "modules-enabled/*.conf",
	};
	size_t len = strlen(path), i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		size_t n = strlen(names[i]);

		if (len >= n && !strcmp(path + len - n, names[i]) &&
		    (len == n || path[len - n - 1] == '/'))
			return true;
	}
	return false;
}

/* The path as format_file_open() is to have it, and what is before it there. */
static int pattern_make(char *pattern, size_t size, const char *path,
			const struct format_file *outer, size_t *folder)
{
	const struct format_file *first = outer;
	const char *from, *slash;
	char here[PATH_MAX] = "";
	int n;

	while (first->outer)
		first = first->outer;
	from = lines_name(first->lines);
	slash = strrchr(from, '/');
	*folder = 0;
	if (*path == '/')
		n = snprintf(pattern, size, "%s", path);
	else {
		if (first != outer && *from != '/' &&
		    !getcwd(here, sizeof(here)))
			return -errno;
		n = snprintf(pattern, size, "%s%s%.*s%s", here,
			     *here ? "/" : "",
			     slash ? (int)(slash + 1 - from) : 0, from, path);
		if (first == outer && slash && *from != '/')
			*folder = slash + 1 - from;
	}
	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

/* Devices and pipes are not waited for. What is not there is told later. */
static bool regular(struct format_read *read, const char *path,
		    unsigned long at)
{
	struct stat is;

	if (stat(path, &is) || S_ISREG(is.st_mode))
		return true;
	format_cannot(read, at, "include", "%s: no regular file", path);
	return false;
}

/* pattern is the path as it is opened. */
static int one_include(struct format_read *read, struct format_file *outer,
		       const char *pattern, const char *path, unsigned long at,
		       nginx_include_fn *fn, void *arg)
{
	struct format_file file;
	int err;

	if (!regular(read, pattern, at))
		return 0;
	err = format_file_open(read, &file, path, outer);
	if (err == -ENOMEM)
		return err;
	if (err) {
		format_cannot(read, at, "include", "%s", error_text());
		return 0;
	}
	err = fn(arg, &file);
	format_file_close(&file);
	return err;
}

int nginx_include(struct format_read *read, struct format_file *outer,
		  const char *path, unsigned long at, nginx_include_fn *fn,
		  void *arg)
{
	char pattern[PATH_MAX];
	size_t folder, i;
	glob_t found = {0};
	int err = pattern_make(pattern, sizeof(pattern), path, outer, &folder);

	if (err) {
		format_cannot(read, at, "include", "%s: the path is too long",
			      path);
		return 0;
	}
	if (!strpbrk(pattern, "*?["))
		return one_include(read, outer, pattern, pattern + folder, at,
				   fn, arg);
	if (!glob(pattern, 0, NULL, &found))
		for (i = 0; !err && i < found.gl_pathc; i++)
			err = one_include(read, outer, found.gl_pathv[i],
					  found.gl_pathv[i] + folder, at, fn,
					  arg);
	globfree(&found);
	return err;
}

static int tree_file(void *arg, struct format_file *file);

/* A directive's words, which stand behind one another. */
static const char **words_keep(struct format_pool *pool,
			       const struct nginx_words *words)
{
	size_t room = (words->count + 1) * sizeof(char *), i;
	const char **word = format_pool_take(pool, room + words->len);
	char *text;

	if (!word)
		return NULL;
	text = (char *)word + room;
	if (words->count)
		memcpy(text, words->word[0], words->len);
	for (i = 0; i < words->count; i++)
		word[i] = text + (words->word[i] - words->word[0]);
	return word;
}

static struct nginx_node *node_make(struct tree_reading *reading,
				    const struct nginx_words *words)
{
	struct nginx_node *node =
		format_pool_take(reading->pool, sizeof(*node));

	if (!node)
		return NULL;
	node->word = words_keep(reading->pool, words);
	if (!node->word)
		return NULL;
	node->count = words->count;
	node->at = words->at;
	node->block = words->end == NGINX_OPEN;
	node->parent = reading->parent;
	return node;
}

static int directive_take(struct tree_reading *reading,
			  struct nginx_words *words)
{
	struct nginx_node *node;

	if (words->end == NGINX_END && words->count == 2 &&
	    !strcmp(words->word[0], "include"))
		return nginx_include_harmless(words->word[1])
			       ? 0
			       : nginx_include(reading->read, words->file,
					       words->word[1], words->at,
					       tree_file, reading);
	node = node_make(reading, words);
	if (!node)
		return -ENOMEM;
	*reading->last = node;
	reading->last = &node->next;
	return 0;
}

static int block_enter(struct tree_reading *reading,
		       const struct nginx_words *words)
{
	struct nginx_node *node =
		(struct nginx_node *)((char *)reading->last -
				      offsetof(struct nginx_node, next));

	if (++reading->depth > NGINX_DEPTH)
		return error_set(-E2BIG,
				 "more than %d blocks within each other",
				 NGINX_DEPTH);
	(void)words;
	reading->parent = node;
	reading->last = &node->child;
	return 0;
}

/* A '}'; the first one is the file's own. */
static bool block_leave(struct tree_reading *reading,
			const struct nginx_node *own)
{
	struct nginx_node *node = reading->parent;

	if (node == own)
		return false;
	reading->last = &node->next;
	reading->parent = node->parent;
	reading->depth--;
	return true;
}

static int tree_file(void *arg, struct format_file *file)
{
	struct tree_reading *reading = arg;
	struct nginx_words words = {.read = reading->read, .file = file};
	const struct nginx_node *own = reading->parent;
	int got;

	while ((got = nginx_words_next(&words)) > 0) {
		if (words.count) {
			got = directive_take(reading, &words);
			if (!got && words.end == NGINX_OPEN)
				got = block_enter(reading, &words);
		} else if (words.end == NGINX_OPEN) {
			format_error(reading->read, words.at, "line",
				     "a '{' with nothing before it");
			got = 0;
			break;
		} else {
			got = 0;
		}
		if (got)
			break;
		if (words.end == NGINX_CLOSE && words.count)
			format_error(reading->read, words.at, "line",
				     "a ';' is missing before '}'");
		if (words.end == NGINX_CLOSE && !block_leave(reading, own))
			format_error(reading->read, words.at, "line",
				     "a '}' with no block to close");
	}
	if (!got && reading->parent != own)
		format_error(reading->read, reading->parent->at, "line",
			     "the block that begins here is not closed");
	while (reading->parent != own)
		block_leave(reading, own);
	nginx_words_free(&words);
	return got;
}

int nginx_tree_read(struct format_read *read, struct format_file *file,
		    struct format_pool *pool, struct nginx_node *root)
{
	static const char *name[] = {"", NULL};
	struct tree_reading reading = {.read = read,
				       .pool = pool,
				       .parent = root,
				       .last = &root->child};

	root->word = name;
	return tree_file(&reading, file);
}
