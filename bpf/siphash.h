/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SIPHASH_H
#define SIPHASH_H

#include <linux/types.h>

/*
 * SipHash-1-3 (Aumasson and Bernstein, 2012; one compression and three
 * finalisation rounds) over messages of whole 64-bit words.
 *
 * siphash_init(), siphash_word() for each word, siphash_end() with the number
 * of words: the result is that of SipHash-1-3 over the words' bytes in little
 * endian order.
 */
struct siphash {
	__u64 v0, v1, v2, v3;
};

#define SIPHASH_ROTATE(x, b) (((x) << (b)) | ((x) >> (64 - (b))))

static inline __attribute__((always_inline)) void
siphash_round(struct siphash *s)
{
	s->v0 += s->v1;
	s->v1 = SIPHASH_ROTATE(s->v1, 13) ^ s->v0;
	s->v0 = SIPHASH_ROTATE(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = SIPHASH_ROTATE(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = SIPHASH_ROTATE(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = SIPHASH_ROTATE(s->v1, 17) ^ s->v2;
	s->v2 = SIPHASH_ROTATE(s->v2, 32);
}

static inline __attribute__((always_inline)) void
siphash_init(struct siphash *s, const __u64 key[2])
{
	s->v0 = key[0] ^ 0x736f6d6570736575ULL;
	s->v1 = key[1] ^ 0x646f72616e646f6dULL;
	s->v2 = key[0] ^ 0x6c7967656e657261ULL;
	s->v3 = key[1] ^ 0x7465646279746573ULL;
}

static inline __attribute__((always_inline)) void
siphash_word(struct siphash *s, __u64 word)
{
	s->v3 ^= word;
	siphash_round(s);
	s->v0 ^= word;
}

static inline __attribute__((always_inline)) __u64
siphash_end(struct siphash *s, __u32 words)
{
	siphash_word(s, (__u64)(words * 8) << 56);
	s->v2 ^= 0xff;
	siphash_round(s);
	siphash_round(s);
	siphash_round(s);
	return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

#endif
