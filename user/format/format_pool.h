/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_POOL_H
#define FORMAT_POOL_H

#include <stddef.h>

/* Memory that is given back all at once: what is known of a file while it is
 * read. All zero is an empty one. */
struct format_pool {
	struct format_pool_block *block;
	size_t used;
};

/* Zeroed and aligned for anything; NULL with error_set() when memory is
 * short. */
void *format_pool_take(struct format_pool *pool, size_t size);

/* A copy with a NUL behind it; NULL as above. */
char *format_pool_text(struct format_pool *pool, const char *text, size_t len);

/* Accepts one that is all zero. */
void format_pool_free(struct format_pool *pool);

#endif
