/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CADDY_TREE_H
#define FORMAT_CADDY_TREE_H

#include "format_caddy_node.h"

struct format_file;
struct format_read;

/* Read a file. What is wrong is noted as an error, an import that cannot be had
 * as what cannot be said. Returns 0 or -errno with error_set(). */
int caddy_tree_read(struct caddy_tree *tree, struct format_read *read,
		    struct format_file *file);

/* Accepts one that is all zero, and makes it so. */
void caddy_tree_free(struct caddy_tree *tree);

#endif
