/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CADDY_TREE_H
#define FORMAT_CADDY_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "format_caddy_words.h"

struct format_file;
struct format_read;

/* Blocks and imports within each other, at most; words that imports of snippets
 * may make. */
enum { CADDY_DEPTH = 32, CADDY_WORDS = 1 << 20 };

/* A line, and the block that it opens. */
struct caddy_node {
	const struct caddy_word *words;
	size_t count; /* without the brace; 0: of the global options */
	bool block;
	struct caddy_node *child, *next;
	struct caddy_node *made; /* the one made before */
};

/* A Caddyfile as a tree, with what it imports in its place. All zero is an
 * empty one. */
struct caddy_tree {
	struct caddy_node *first; /* sites, and the global options */
	struct caddy_node *made;
	struct caddy_words *lists;
	struct caddy_snippet {
		const struct caddy_words *list;
		size_t name, begin, end; /* words */
		struct caddy_snippet *next;
	} * snippets;
	size_t copied; /* words */
};

/* Read a file. What is wrong is noted as an error, an import that cannot be had
 * as what cannot be said. Returns 0 or -errno with error_set(). */
int caddy_tree_read(struct caddy_tree *tree, struct format_read *read,
		    struct format_file *file);

/* Accepts one that is all zero, and makes it so. */
void caddy_tree_free(struct caddy_tree *tree);

#endif
