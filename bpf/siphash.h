/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SIPHASH_H
#define SIPHASH_H

#include <linux/types.h>

/*
 * SipHash-2-4 (Aumasson and Bernstein, 2012) of messages of whole words, at
 * most 31: siphash_init(), siphash_word() for each, siphash_end(). A word's
 * first byte is its lowest.
 */
struct siphash {
	__u64 v0, v1, v2, v3;
	__u32 words;
};

#define SIPHASH_INLINE static inline __attribute__((always_inline))

SIPHASH_INLINE __u64 siphash_rotate(__u64 x, int bits)
{
	return x << bits | x >> (64 - bits);
}

SIPHASH_INLINE void siphash_round(struct siphash *hash)
{
	hash->v0 += hash->v1;
	hash->v2 += hash->v3;
	hash->v1 = siphash_rotate(hash->v1, 13) ^ hash->v0;
	hash->v3 = siphash_rotate(hash->v3, 16) ^ hash->v2;
	hash->v0 = siphash_rotate(hash->v0, 32) + hash->v3;
	hash->v2 += hash->v1;
	hash->v1 = siphash_rotate(hash->v1, 17) ^ hash->v2;
	hash->v3 = siphash_rotate(hash->v3, 21) ^ hash->v0;
	hash->v2 = siphash_rotate(hash->v2, 32);
}

SIPHASH_INLINE void siphash_init(struct siphash *hash, __u64 key0, __u64 key1)
{
	hash->v0 = key0 ^ 0x736f6d6570736575ULL;
	hash->v1 = key1 ^ 0x646f72616e646f6dULL;
	hash->v2 = key0 ^ 0x6c7967656e657261ULL;
	hash->v3 = key1 ^ 0x7465646279746573ULL;
	hash->words = 0;
}

SIPHASH_INLINE void siphash_block(struct siphash *hash, __u64 word)
{
	hash->v3 ^= word;
	siphash_round(hash);
	siphash_round(hash);
	hash->v0 ^= word;
}

SIPHASH_INLINE void siphash_word(struct siphash *hash, __u64 word)
{
	siphash_block(hash, word);
	hash->words++;
}

SIPHASH_INLINE __u64 siphash_end(struct siphash *hash)
{
	siphash_block(hash, (__u64)hash->words << 59);
	hash->v2 ^= 0xff;
	siphash_round(hash);
	siphash_round(hash);
	siphash_round(hash);
	siphash_round(hash);
	return hash->v0 ^ hash->v1 ^ hash->v2 ^ hash->v3;
}

#endif
