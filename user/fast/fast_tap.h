/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_TAP_H
#define FAST_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fast_tap_record.h"
#include "tap.h"

/*
 * Looking at what the fast path of a state directory answers while it does
 * (bpf/tap.h). There may be several at once, and none knows of the others. What is
 * left of one that is killed: programs write for it for some seconds more, into
 * nothing.
 */
struct fast_tap;

/* Which answers. */
struct fast_tap_wants {
	uint32_t kinds; /* enum tap_kind */
	uint32_t code;	/* TAP_ANY_CODE: all */
	struct tap_host host;
	uint32_t sample; /* one in so many of these; at least 1 */
	size_t room; /* bytes of each CPU's ring, a power of 2 of pages; 0: as
			  * usual */
};

/* An answer, or a miss; what it points to is gone behind the call. */
struct fast_tap_answer {
	uint64_t time; /* Unix time in nanoseconds, of the request ... */
	uint64_t reply_time;
	const struct tap_record *told;
	const char *interface; /* "": not known */
	struct fast_tap_part method, host,
		target;		     /* the latter in normal form */
	struct fast_tap_part source; /* of the rule; empty: not known, none */
	uint64_t release;	     /* 0: not known */
	struct fast_tap_part location;
	struct fast_tap_part request, reply; /* frames; a miss has no reply */
};

/* Not 0 ends this fast_tap_read(); the next one goes on behind. */
typedef int fast_tap_fn(const struct fast_tap_answer *answer, void *arg);

/*
 * fast_tap_open - prepare a tap, which nothing is told yet
 * @state: kept, not copied
 *
 * Returns 0 or -errno with error_set().
 */
int fast_tap_open(struct fast_tap **tap, const char *state,
		  const struct fast_tap_wants *wants, fast_tap_fn *fn,
		  void *arg);

/*
 * fast_tap_follow - look on for some seconds, at what there is now
 *
 * To be called once a second. Returns 1, 0 where nothing is attached, or -errno
 * with error_set(): -EACCES where this user may not see if anything is.
 */
int fast_tap_follow(struct fast_tap *tap);

/* Call fn for what waits; to be called some 20 times a second. */
void fast_tap_read(struct fast_tap *tap);

/* Readable when much waits; -1: nothing is attached. */
int fast_tap_fd(const struct fast_tap *tap);

/* How many answers were wanted and could not be told so far. */
uint64_t fast_tap_lost(const struct fast_tap *tap);

/* How often this process was too late, so that nothing was told for a while. */
uint64_t fast_tap_gaps(const struct fast_tap *tap);

/* Accepts NULL. */
void fast_tap_close(struct fast_tap *tap);

#endif
