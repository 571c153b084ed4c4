/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CADDY_IMPORT_H
#define FORMAT_CADDY_IMPORT_H

#include "format_caddy_node.h"

/* Another list of words of the tree; NULL when memory is short. */
struct caddy_words *caddy_list_new(struct caddy_tree *tree);

/*
 * caddy_import_make - make the lines of a snippet or of files in the place of
 * the import that begins at making->at
 * @end: of its line
 *
 * What is not there is told. Returns 0 or -errno with error_set().
 */
int caddy_import_make(struct caddy_making *making, size_t end, bool top);

#endif
