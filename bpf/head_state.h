/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef HEAD_STATE_H
#define HEAD_STATE_H

#include <linux/types.h>

/*
 * How far the scan of a head (head.h) has got, and the text that it scans.
 *
 * For BPF, struct head is in a map's memory, a head may fill HEAD_ROOM bytes of
 * its buffer, and places are masked. A part with loops is a function of its own
 * (HEAD_NOINLINE), which the verifier checks only once.
 */

#define HEAD_INLINE static inline __attribute__((always_inline))

#ifdef __bpf__
enum { HEAD_ROOM = 2048, HEAD_SLACK = 64 };
struct head_text {
	__u8 byte[HEAD_ROOM + HEAD_SLACK];
};
#define HEAD_BUF const struct head_text
#define HEAD_AT(buf, at) ((buf)->byte + ((at) & (HEAD_ROOM - 1)))
#define HEAD_NOINLINE __attribute__((noinline))
#define HEAD_NONNULL(pointer) ((pointer) != 0)
#else
#define HEAD_BUF const __u8
#define HEAD_AT(buf, at) ((buf) + (at))
#define HEAD_NOINLINE HEAD_INLINE
#define HEAD_NONNULL(pointer) 1
#endif

enum head_result {
	HEAD_MORE = 0, /* incomplete so far */
	HEAD_DONE = 1,
	HEAD_CONTINUE = 2, /* internal: go on */
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
	HEAD_AMBIGUOUS = 8192,	 /* others may read another framing */
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
	__u32 at;   /* where the scan goes on */
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

#endif
