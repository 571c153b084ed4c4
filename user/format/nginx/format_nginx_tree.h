/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_TREE_H
#define FORMAT_NGINX_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "format_pool.h"

struct format_file;
struct format_read;

/* A directive, with what is in its block; "include" has become what it
 * includes. */
struct nginx_node {
	const char **word; /* NULL behind the last one */
	size_t count;
	bool block;
	bool told;    /* why no rule can say it */
	bool unlike;  /* what rules say otherwise */
	bool reached; /* some rule is of it */
	unsigned long at;
	struct nginx_node *child, *next, *parent;
};

/*
 * nginx_tree_read - read a file, and what it includes
 * @root: receives its directives as children
 *
 * Returns 0 or -errno with error_set().
 */
int nginx_tree_read(struct format_read *read, struct format_file *file,
		    struct format_pool *pool, struct nginx_node *root);

/* A file that "include" may name though it has no redirects: mime.types and
 * the like. */
bool nginx_include_harmless(const char *path);

/*
 * nginx_include - do something with all files that an "include" names
 *
 * A path is relative to the folder of the first file; what cannot be opened is
 * told. Returns 0, what fn returned, or -errno with error_set().
 */
typedef int nginx_include_fn(void *arg, struct format_file *file);
int nginx_include(struct format_read *read, struct format_file *outer,
		  const char *path, unsigned long at, nginx_include_fn *fn,
		  void *arg);

/* Whether a directive has this name. */
static inline bool nginx_is(const struct nginx_node *node, const char *name)
{
	return *node->word[0] == *name && !strcmp(node->word[0], name);
}

/* A directive of a block by its name, or NULL. */
const struct nginx_node *nginx_child(const struct nginx_node *node,
				     const char *name);

#endif
