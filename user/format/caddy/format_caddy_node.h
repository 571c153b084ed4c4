/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CADDY_NODE_H
#define FORMAT_CADDY_NODE_H

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

/* Where a tree is made. */
struct caddy_making {
	struct caddy_tree *tree;
	struct format_read *read;
	struct format_file *file;
	const struct caddy_words *list;
	size_t at;
	unsigned int depth;
	struct caddy_node **tail;
	int (*lines)(struct caddy_making *making, bool top); /* lines_make() */
};

#endif
