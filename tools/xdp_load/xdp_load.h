/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XDP_LOAD_H
#define XDP_LOAD_H

#include <linux/types.h>

/* What the load generator's program and its user side agree on. */
enum {
	LOAD_TEXT =
		200, /* bytes of a request: frames grow by 216 at the head */
	LOAD_REQUESTS = 1 << 18,
	LOAD_SAMPLE = 64,	 /* one in so many answers is checked whole */
	LOAD_ANSWER = 1500,	 /* bytes of it that are */
	LOAD_ISN_STEP = 0x1ffff, /* beyond any window; odd, so that all come */
	LOAD_WINDOW = 65535,
	LOAD_MSS = 1460,
	LOAD_STATUSES = 1000,
	LOAD_LANES = 16, /* ports of a client, taken in turn */
	LOAD_FINE = 6,	 /* bits of a latency that tell buckets apart */
	LOAD_LATENCIES = 32 << LOAD_FINE,
	LOAD_RING = 4 << 20,
};

/*
 * What is counted: all packets to virtual clients, but bare ACKs of requests.
 *
 * X(constant, name, what is counted)
 */
#define LOAD_EVENTS(X)                                                      \
	X(ASKED, "asked", "requests sent")                                  \
	X(RIGHT, "right", "answers with the status expected")               \
	X(WRONG, "wrong", "answers with another, or without one")           \
	X(COMPLETED, "completed", "connections closed behind a right one")  \
	X(UNANSWERED, "unanswered", "connections closed without an answer") \
	X(CLOSED, "closed", "closed by the server between requests")        \
	X(RESET, "resets", "RST")                                           \
	X(MORE, "more", "data behind an answer's first segment, or again")  \
	X(STRANGE, "strange", "acknowledges nothing that was sent")         \
	X(NO_ROOM, "no_room", "no room for a reply in the frame")           \
	X(UNCHECKED, "unchecked", "samples lost: user space was late")      \
	X(DRAINED, "drained", "packets behind the end")

enum load_event {
#define LOAD_CONSTANT(constant, name, what) LOAD_##constant,
	LOAD_EVENTS(LOAD_CONSTANT)
#undef LOAD_CONSTANT
		LOAD_EVENT_COUNT,
};

/* Of one CPU. */
struct load_counts {
	__u64 events[LOAD_EVENT_COUNT];
	__u64 bytes; /* of answers */
	__u64 status[LOAD_STATUSES];
	__u64 latency[LOAD_LATENCIES]; /* while LOAD_MEASURE */
};

_Static_assert(sizeof(struct load_counts) <= 32768, "fits a per-CPU value");

enum load_phase { LOAD_RUN, LOAD_MEASURE, LOAD_DRAIN };

/* User space writes to a client only when it is idle or stuck. */
enum load_state { LOAD_WAITING, LOAD_HAS_RIGHT, LOAD_HAS_WRONG, LOAD_IDLE };

struct load_client {
	__u32 base; /* sequence number before the request at hand */
	__u16 state;
	__u16 lane;  /* A new connection takes the next: the server's kernel,
		     * when it sends its last ACK, may not yet have taken the
		     * old one down, and would drop a SYN of the same port. */
	__u64 start; /* CLOCK_MONOTONIC of what is timed, else of the past */
};

struct load_request {
	__u16 len; /* at least 8 */
	__u16 status;
	__u32 sum; /* of text: the Internet checksum before its complement */
	__u8 text[LOAD_TEXT];
};

_Static_assert(sizeof(struct load_request) == 208, "no padding");

struct load_sample {
	__u32 request; /* its number */
	__u32 len;     /* of the answer's first segment */
	__u8 answer[LOAD_ANSWER];
};

#define LOAD_INLINE static inline __attribute__((always_inline))

/* Which request, and whether its answer is a sample: what follows from client
 * and sequence number is told again from any packet, and remembered nowhere. */
LOAD_INLINE __u64 load_hash(__u32 client, __u32 base)
{
	__u64 hash = (((__u64)client << 32) | base) * 0x9e3779b97f4a7c15ULL;

	hash = (hash ^ hash >> 32) * 0xd6e8feb86659fd93ULL;
	return hash ^ hash >> 32;
}

LOAD_INLINE __u32 load_choice(__u64 hash, __u32 requests)
{
	return (hash >> 32) * requests >> 32;
}

LOAD_INLINE int load_sampled(__u64 hash)
{
	return !(hash % LOAD_SAMPLE);
}

/* The bucket of a time in ns: each is 1/64 of its power of two wide. */
LOAD_INLINE __u32 load_bucket(__u64 ns)
{
	__u32 log = 0, step;

	for (step = 32; step; step >>= 1) {
		if (ns >> (log + step))
			log += step;
	}
	if (log < LOAD_FINE)
		return ns;
	log -= LOAD_FINE;
	if (log > 30)
		return LOAD_LATENCIES - 1;
	return ((log + 1) << LOAD_FINE) +
	       ((ns >> log) & ((1 << LOAD_FINE) - 1));
}

/* The least time that belongs to a bucket. */
LOAD_INLINE __u64 load_bucket_ns(__u32 bucket)
{
	__u32 log = bucket >> LOAD_FINE;
	__u64 fine = bucket & ((1 << LOAD_FINE) - 1);

	return log ? (fine | 1 << LOAD_FINE) << (log - 1) : fine;
}

#endif
