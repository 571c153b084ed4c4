/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef HEAD_TEXT_H
#define HEAD_TEXT_H

#include <linux/types.h>

#include "head_state.h"
#include "loop.h"
#include "word.h"

/* The text of a head, read in words of 8 bytes: tokens and line ends. */

static const __u8 head_token[256] = {
	['0' ... '9'] = 1, ['A' ... 'Z'] = 1, ['a' ... 'z'] = 1, ['!'] = 1,
	['#'] = 1,	   ['$'] = 1,	      ['%'] = 1,	 ['&'] = 1,
	['\''] = 1,	   ['*'] = 1,	      ['+'] = 1,	 ['-'] = 1,
	['.'] = 1,	   ['^'] = 1,	      ['_'] = 1,	 ['`'] = 1,
	['|'] = 1,	   ['~'] = 1,
};

#define HEAD_ONES 0x0101010101010101ULL

/*
 * The bytes of a word that are below a limit (at most 0x80), and those that
 * are c: the high bit of each. Only the first one is exact: what a hit borrows
 * disturbs the bytes after it.
 */
HEAD_INLINE __u64 head_below(__u64 word, __u8 limit)
{
	return (word - HEAD_ONES * limit) & ~word & HEAD_ONES * 0x80;
}

HEAD_INLINE __u64 head_is(__u64 word, __u8 c)
{
	return head_below(word ^ HEAD_ONES * c, 1);
}

/* The number of the first byte hit. clang 14 crashes on the builtin for BPF. */
HEAD_INLINE __u32 head_first(__u64 hit)
{
#ifdef __bpf__
	return ((((hit & -hit) - 1) & HEAD_ONES) * HEAD_ONES >> 56) - 1;
#else
	return __builtin_ctzll(hit) / 8;
#endif
}

/* 8 bytes, the first one lowest. */
HEAD_INLINE __u64 head_load(const __u8 *at)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return __builtin_bswap64(word_load(at));
#else
	return word_load(at);
#endif
}

/* The 8 bytes at a place below n, the first one lowest. Bytes from n on may be
 * anything. */
HEAD_INLINE __u64 head_word(HEAD_BUF *buf, __u64 at, __u32 n)
{
	__u32 i = 0;

	(void)n;
#ifndef __bpf__
	if (n < 8) {
		__u64 word = 0;

		for (; i < 8 && at + i < n; i++)
			word |= (__u64)buf[at + i] << (i * 8);
		return word;
	}
	i = n - at < 8 ? 8 - (n - at) : 0;
#endif
	return head_load(HEAD_AT(buf, at - i)) >> (i * 8);
}

/* Control bytes of a word, HTAB and DEL among them: the high bit of each. Only
 * the first is exact. */
HEAD_INLINE __u64 head_controls(__u64 word)
{
	return ((word - HEAD_ONES * 0x20) |
		((word & HEAD_ONES * 0x7f) + HEAD_ONES)) &
	       ~word & HEAD_ONES * 0x80;
}

/* Bytes that are neither letter nor '-': the high bit of each, exactly. */
HEAD_INLINE __u64 head_odd(__u64 word)
{
	__u64 low = word & HEAD_ONES * 0x7f, letter = low | HEAD_ONES * 0x20;

	letter = (letter + HEAD_ONES * (0x80 - 'a')) &
		 ~(letter + HEAD_ONES * (0x7f - 'z'));
	return (word |
		(~letter & ((low ^ HEAD_ONES * '-') + HEAD_ONES * 0x7f))) &
	       HEAD_ONES * 0x80;
}

/*
 * The first place from start on that hits() finds in its word, or a place from
 * n on. Four words a round: a round itself costs as much as one word.
 */
#define HEAD_FIND(buf, start, n, hits)                                        \
	({                                                                    \
		__u64 at_ = (start), hit_ = 0;                                \
		while (LOOP(at_ + 32 <= (n))) {                               \
			const __u8 *from_ = HEAD_AT(buf, at_);                \
			__u32 step_ = 0;                                      \
			hit_ = hits(head_load(from_));                        \
			if (!hit_)                                            \
				step_ = 8, hit_ = hits(head_load(from_ + 8)); \
			if (!hit_)                                            \
				step_ = 16,                                   \
				hit_ = hits(head_load(from_ + 16));           \
			if (!hit_)                                            \
				step_ = 24,                                   \
				hit_ = hits(head_load(from_ + 24));           \
			if (hit_) {                                           \
				at_ = LOOP_FROM(at_ + step_);                 \
				break;                                        \
			}                                                     \
			at_ = LOOP_FROM(at_ + 32);                            \
		}                                                             \
		while (LOOP(!hit_ && at_ < (n))) {                            \
			hit_ = hits(head_word(buf, at_, n));                  \
			if (!hit_)                                            \
				at_ = LOOP_FROM(at_ + 8);                     \
		}                                                             \
		hit_ ? at_ + head_first(hit_) : at_;                          \
	})

/* The first byte from at on that is in no token (RFC 9110 5.6.2), or n. */
HEAD_INLINE __u64 head_token_end(HEAD_BUF *buf, __u64 at, __u64 n)
{
	while (LOOP(at < n)) {
		__u64 odd = head_odd(head_word(buf, at, n));

		if (!odd) {
			at = LOOP_FROM(at + 8);
			continue;
		}
		at = LOOP_FROM(at + head_first(odd));
		if (at >= n || !head_token[*HEAD_AT(buf, at)])
			break;
		at = LOOP_FROM(at + 1);
	}
	return at < n ? at : n;
}

/* The first control byte (HTAB is none) from at on, or n. */
HEAD_INLINE __u64 head_control(HEAD_BUF *buf, __u64 at, __u64 n)
{
	while (LOOP(at < n)) {
		at = HEAD_FIND(buf, at, n, head_controls);
		if (at >= n || *HEAD_AT(buf, at) != '\t')
			break;
		at = LOOP_FROM(at + 1);
	}
	return at < n ? at : n;
}

/* Find the line's end: head->end is where its text ends, head->at the next
 * line. */
HEAD_INLINE int head_line_end(struct head *head, HEAD_BUF *buf, __u32 n)
{
	__u64 at = head_control(buf, head->at, n);

	head->at = at;
	if (at >= n)
		return HEAD_MORE;
	head->end = at;
	if (*HEAD_AT(buf, at) == '\r' && ++at >= n)
		return HEAD_MORE;
	if (*HEAD_AT(buf, at) != '\n')
		return HEAD_BAD_REQUEST;
	if (at == head->end)
		head->flags |= HEAD_AMBIGUOUS;
	head->at = at + 1;
	return HEAD_CONTINUE;
}

/* Whether len bytes are a text. */
HEAD_INLINE int head_equal(const __u8 *at, const char *text, __u32 len)
{
	__u32 i;

#pragma GCC unroll 17
	for (i = 0; i < len; i++)
		if (at[i] != (__u8)text[i])
			return 0;
	return 1;
}

/* Whether len bytes are a text in lower case, in whatever case they are. */
HEAD_INLINE int head_same(const __u8 *at, const char *text, __u32 len)
{
	__u32 i;

#pragma GCC unroll 17
	for (i = 0; i < len; i++)
		if ((at[i] | 0x20) != (__u8)text[i])
			return 0;
	return 1;
}

#endif
