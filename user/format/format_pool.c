// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format_pool.h"

enum { POOL_BLOCK = 1 << 18 };

struct format_pool_block {
	struct format_pool_block *next;
	size_t size;
	max_align_t bytes[];
};

static char *bytes_take(struct format_pool *pool, size_t size)
{
	struct format_pool_block *block = pool->block;
	size_t room = size > POOL_BLOCK ? size : POOL_BLOCK;

	if (!block || block->size - pool->used < size) {
		block = malloc(sizeof(*block) + room);
		if (!block) {
			error_sys(-ENOMEM, "cannot read the file");
			return NULL;
		}
		block->next = pool->block;
		block->size = room;
		pool->block = block;
		pool->used = 0;
	}
	pool->used += size;
	return (char *)block->bytes + pool->used - size;
}

void *format_pool_take(struct format_pool *pool, size_t size)
{
	size_t align = sizeof(max_align_t);
	char *bytes;

	if (pool->block)
		pool->used = (pool->used + align - 1) & ~(align - 1);
	if (pool->block && pool->used > pool->block->size)
		pool->used = pool->block->size;
	bytes = bytes_take(pool, size);
	return bytes ? memset(bytes, 0, size) : NULL;
}

char *format_pool_text(struct format_pool *pool, const char *text, size_t len)
{
	char *copy = bytes_take(pool, len + 1);

	if (!copy)
		return NULL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

void format_pool_free(struct format_pool *pool)
{
	while (pool->block) {
		struct format_pool_block *next = pool->block->next;

		free(pool->block);
		pool->block = next;
	}
	pool->used = 0;
}
