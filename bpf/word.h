/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef WORD_H
#define WORD_H

#include <linux/types.h>

/*
 * Words of 8 bytes at any address, in the machine's byte order. clang assumes
 * that BPF has no unaligned access, and would copy byte by byte; the machines
 * that the fast path runs on have it.
 */
static inline __attribute__((always_inline)) __u64 word_load(const void *at)
{
#ifdef __bpf__
	return *(const __u64 *)at;
#else
	__u64 word;

	__builtin_memcpy(&word, at, sizeof(word));
	return word;
#endif
}

/* The first len bytes (1 to 8) of a word, and zeros after them. */
static inline __attribute__((always_inline)) __u64 word_cut(__u64 word,
							    __u32 len)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return len < 8 ? word & ((1ULL << (len * 8)) - 1) : word;
#else
	return len < 8 ? word & ~(~0ULL >> (len * 8)) : word;
#endif
}

/* The reverse of word_load(). */
static inline __attribute__((always_inline)) void word_store(void *at,
							     __u64 word)
{
#ifdef __bpf__
	*(__u64 *)at = word;
#else
	__builtin_memcpy(at, &word, sizeof(word));
#endif
}

/* ASCII letters of a word in lower case. */
static inline __attribute__((always_inline)) __u64 word_lower(__u64 word)
{
	const __u64 ones = 0x0101010101010101ULL;
	__u64 low = word & ones * 0x7f;
	__u64 upper = (low + ones * (0x80 - 'A')) &
		      ~(low + ones * (0x7f - 'Z')) & ~word & ones * 0x80;

	return word | upper >> 2;
}

#endif
