/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef HEAD_H
#define HEAD_H

#include <linux/types.h>

#include "limit.h"
#include "loop.h"
#include "word.h"

/*
 * The scan of a request's head, for both sides: RFC 9112 2 to 6, strict.
 *
 * head_scan() takes each byte once, however the head arrives: it is called
 * again with the same bytes and more behind them, and goes on where it was.
 * All places are offsets from the start of buf. What it answers depends on the
 * bytes alone, never on how they were cut.
 *
 * Host is only counted here: whether it is one is the caller's to say.
 *
 * For BPF, struct head is in a map's memory, a head may fill HEAD_ROOM bytes of
 * its buffer, places are masked, and what has loops of its own is a function of
 * its own (HEAD_PART), which the verifier looks at once.
 */

#define HEAD_INLINE static inline __attribute__((always_inline))

#ifdef __bpf__
enum { HEAD_ROOM = 2048, HEAD_SLACK = 64 };
struct head_text {
	__u8 byte[HEAD_ROOM + HEAD_SLACK];
};
#define HEAD_BUF const struct head_text
#define HEAD_AT(buf, at) ((buf)->byte + ((at) & (HEAD_ROOM - 1)))
#define HEAD_PART __attribute__((noinline))
#define HEAD_GIVEN(pointer) ((pointer) != 0)
#else
#define HEAD_BUF const __u8
#define HEAD_AT(buf, at) ((buf) + (at))
#define HEAD_PART HEAD_INLINE
#define HEAD_GIVEN(pointer) 1
#endif

enum head_result {
	HEAD_MORE = 0, /* incomplete so far */
	HEAD_DONE = 1,
	HEAD_LINE = 2, /* internal: go on */
	HEAD_BAD_REQUEST = 400,
	HEAD_NOT_ALLOWED = 405,
	HEAD_TARGET_LONG = 414,
	HEAD_MISDIRECTED = 421, /* never of head_scan() */
	HEAD_TOO_LARGE = 431,
	HEAD_NOT_IMPLEMENTED = 501,
	HEAD_BAD_VERSION = 505,
};

enum head_flag {
	HEAD_GET = 1,
	HEAD_HEAD = 2,
	HEAD_CONNECT = 4,
	HEAD_OPTIONS = 8,
	HEAD_ABSOLUTE = 16,	 /* the target has an authority */
	HEAD_ASTERISK = 32,	 /* the target is '*', and has no path */
	HEAD_LENGTH = 64,	 /* Content-Length is there */
	HEAD_BAD_LENGTH = 128,	 /* ... but is no number, or two */
	HEAD_CODED = 256,	 /* Transfer-Encoding is there */
	HEAD_CHUNKED = 512,	 /* chunked is the last coding */
	HEAD_CLOSE = 1024,	 /* Connection: close */
	HEAD_KEEP_ALIVE = 2048,	 /* Connection: keep-alive */
	HEAD_EXPECT = 4096,	 /* Expect: 100-continue */
	HEAD_LENIENT = 8192,	 /* others may read the framing otherwise */
	HEAD_BAD_CODING = 16384, /* chunked is there, and not as the last */
	HEAD_SECURE = 32768,	 /* the target's scheme is https */
};

enum head_stage {
	HEAD_AT_START,
	HEAD_AT_METHOD,
	HEAD_AT_TARGET,
	HEAD_AT_VERSION,
	HEAD_AT_FIELD,
};

struct head {
	__u32 max;	  /* bytes that the head may have */
	__u32 target_max; /* bytes that the target may have */
	__u32 stage;
	__u32 line; /* where the line, or the part of it, begins */
	__u32 at;   /* bytes that need not be looked at again */
	__u32 end;  /* of the line's text */
	__u32 len;  /* of the whole head, once it is complete */
	__u32 flags;
	__u32 minor; /* of the version: 0 or 1 */
	__u32 method;
	__u32 method_len;
	__u32 target;
	__u32 target_len;
	__u32 authority; /* of an absolute target */
	__u32 authority_len;
	__u32 path; /* and query; absent: length 0 */
	__u32 path_len;
	__u32 host; /* the last Host line's value */
	__u32 host_len;
	__u32 hosts;   /* how many lines */
	__u32 codings; /* how many transfer codings */
	__u32 pad;
	__u64 length; /* Content-Length */
};

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
 * disturbs the bytes behind it.
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

HEAD_INLINE void head_init(struct head *head, __u32 max, __u32 target_max)
{
	__builtin_memset(head, 0, sizeof(*head));
	head->max = max;
	head->target_max = target_max;
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

/* The 8 bytes at a place below n, the first one lowest; what stands from n on
 * does not matter. */
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
 * The first place from at on whose word's hits() tell, or some place from n on.
 * Four words a round: what a round costs by itself is as much as a word.
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
		head->flags |= HEAD_LENIENT;
	head->at = at + 1;
	return HEAD_LINE;
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

#include "head_line.h"
#include "head_field.h"

/* What only the whole head tells: framing (RFC 9112 6.1, 6.3). */
HEAD_INLINE int head_framing(const struct head *head)
{
	if (head->flags & HEAD_BAD_LENGTH)
		return HEAD_BAD_REQUEST;
	if (!(head->flags & HEAD_CODED))
		return HEAD_DONE;
	if (head->flags & (HEAD_LENGTH | HEAD_BAD_CODING) || !head->minor)
		return HEAD_BAD_REQUEST;
	if (head->codings != 1 || !(head->flags & HEAD_CHUNKED))
		return HEAD_NOT_IMPLEMENTED;
	return HEAD_DONE;
}

/*
 * head_scan - scan a request's head
 * @head: as head_init() or the last call with these bytes left it
 *
 * Returns HEAD_MORE, HEAD_DONE, or the HTTP status of the answer that refuses
 * the request; the connection is then to be closed. Never reads behind len.
 */
HEAD_INLINE int head_scan(struct head *head, HEAD_BUF *buf, __u32 len)
{
	__u32 n = len < head->max ? len : head->max;
	int result = HEAD_LINE;

	if (head->stage == HEAD_AT_START)
		result = head_start(head, buf, n);
	if (result == HEAD_LINE && head->stage == HEAD_AT_METHOD)
		result = head_method(head, buf, n);
	if (result == HEAD_LINE && head->stage == HEAD_AT_TARGET)
		result = head_target(head, buf, n);
	if (result == HEAD_LINE && head->stage == HEAD_AT_VERSION)
		result = head_version(head, buf, n);
	if (result == HEAD_LINE)
		result = head_fields(head, buf, n);
	if (result == HEAD_MORE && len >= head->max)
		return HEAD_TOO_LARGE;
	return result == HEAD_DONE ? head_framing(head) : result;
}

/* Whether the connection outlives the request, as far as its head says so. */
HEAD_INLINE int head_persists(const struct head *head)
{
	if (head->flags & HEAD_CLOSE)
		return 0;
	return head->minor || head->flags & HEAD_KEEP_ALIVE;
}

HEAD_INLINE int head_has_body(const struct head *head)
{
	return head->flags & HEAD_CHUNKED || head->length;
}

#endif
