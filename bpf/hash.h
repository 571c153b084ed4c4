/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef HASH_H
#define HASH_H

#include <linux/types.h>

/*
 * A keyed hash for hash tables, made of multiplications that BPF has: NH, the
 * first stage of UMAC (RFC 4418 5.2.2, Black et al. 1999), over words of 64
 * bits, then a bijective mix.
 *
 * For two different messages of one length under a random secret key, the
 * chance that their sums are equal, or differ by any chosen number, is at most
 * 2^-32 for each block of 512 bytes; and equal hashes are equal sums. It is no
 * MAC: hashes are not to be shown to anyone.
 */
enum { HASH_BLOCK = 64 /* words that a key lasts for */ };

struct hash_key {
	__u64 word[HASH_BLOCK];
};

#define HASH_INLINE static inline __attribute__((always_inline))

HASH_INLINE __u64 hash_mix(__u64 x)
{
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93ULL;
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93ULL;
	return x ^ x >> 32;
}

/* Take in word number i; sum starts as 0. */
HASH_INLINE __u64 hash_word(const struct hash_key *key, __u64 sum, __u32 i,
			    __u64 word)
{
	__u64 k = key->word[i % HASH_BLOCK];

	if (i && i % HASH_BLOCK == 0)
		sum = hash_mix(sum);
	return sum +
	       (__u64)(__u32)(k + word) * (__u32)((k >> 32) + (word >> 32));
}

/* The hash of what sum took in; context tells messages apart that are equal but
 * stand for different things, and those of different lengths. */
HASH_INLINE __u64 hash_end(__u64 sum, __u64 context)
{
	return hash_mix(context + sum);
}

#endif
