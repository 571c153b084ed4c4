/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_FIRST_HASH_H
#define FORMAT_FIRST_HASH_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "fold.h"
#include "format_region.h"

/* What hosts and keys of format_first.h are found by. */

static inline uint32_t first_hash_byte(uint32_t hash, unsigned char c)
{
	return (hash ^ c) * 16777619U;
}

static inline uint32_t first_hash_text(uint32_t hash, const char *text,
				       size_t len, bool fold)
{
	size_t i;

	for (i = 0; i < len; i++)
		hash = first_hash_byte(hash, fold_byte(text[i], fold));
	return hash;
}

/* What a key's hash begins with, before its path. */
static inline uint32_t first_hash_start(uint32_t host, unsigned int kind,
					bool fold)
{
	return (2166136261U ^ host * 2654435761U) + kind * 2 + fold;
}

static inline uint32_t first_hash_end(uint32_t hash)
{
	hash ^= hash >> 15;
	hash *= 2246822519U;
	return hash ^ hash >> 13;
}

/* Of a number of words of bits, a power of two, one bit for each hash: whether
 * it is set, and set it. */
static inline bool format_first_marked(const uint64_t *marks, size_t room,
				       uint32_t hash)
{
	return room && marks[(hash >> 6) & (room - 1)] >> (hash & 63) & 1;
}

static inline void format_first_mark(uint64_t *marks, size_t room,
				     uint32_t hash)
{
	marks[(hash >> 6) & (room - 1)] |= (uint64_t)1 << (hash & 63);
}

static inline uint32_t format_first_hash_host(const char *name, size_t len)
{
	return first_hash_end(first_hash_text(2166136261U, name, len, false));
}

static inline uint32_t format_first_hash_key(uint32_t host,
					     const struct format_region *region)
{
	return first_hash_end(first_hash_text(
		first_hash_start(host, region->kind, region->fold),
		region->path, strlen(region->path), region->fold));
}

#endif
