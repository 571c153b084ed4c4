/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_MAP_USE_H
#define FORMAT_APACHE_MAP_USE_H

#include <stdbool.h>
#include <stddef.h>

struct apache_item;
struct apache_map;

/* A RewriteMap as a rule asks it: the target of a request is of the line whose
 * key is made of the request. */
struct apache_map_use {
	const struct apache_map *map; /* NULL: none is asked */
	const struct apache_item *item;
	bool host;	 /* the key begins with the host */
	char *before;	 /* the source's path before what the key has */
	char *cut;	 /* what keys begin with that is in before, too */
	size_t from, to; /* of the target: what a line's value stands for */
	bool lower; /* the key is in lower case */
	bool fold, raw, append, discard, mark;
	unsigned int schemes;
};

#endif
