/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TAP_H
#define TAP_H

#include <linux/types.h>

#include "fastpath.h"

/*
 * What `detour tap` and the fast path's programs agree on. A tap takes a slot of
 * the map `taps`, and says in it what it wants and until when; programs write
 * records into its part of the map `tap_records`, a ring for each CPU, which are
 * gone with the tap's process. All slots are over when the arena's control page
 * says so (fastpath.h): that is all that is looked at while there is no tap.
 */
enum {
	TAP_SLOTS = 4,	 /* taps at the same time */
	TAP_CPUS = 1024, /* CPUs that have rings: slot * TAP_CPUS + CPU */
	TAP_ANY_CODE = 0,
};

/* What is told of. */
enum tap_kind {
	TAP_ANSWER = 1, /* of a rule */
	TAP_MISS = 2, /* what no rule matches, and a server not detour's gets */
};

/* Hosts in normal form: self: the name itself, below: the names below it;
 * without either, any host. */
struct tap_host {
	__u32 self, below;
	__u32 len;
	__u32 pad;
	__u8 name[256];
};

/* A slot. */
struct tap_want {
	__u64 until;  /* seconds of CLOCK_MONOTONIC; then it is nobody's */
	__u64 owner;  /* drawn at random by a tap that takes it */
	__u64 lost;   /* records that there was no room for */
	__u32 kinds;  /* enum tap_kind */
	__u32 code;   /* of answers */
	__u32 sample; /* one in so many of what is wanted; at least 1 */
	__u32 pad;
	struct tap_host host;
};

/* What a record begins with. An answer has two, the request and then the reply,
 * in the ring of one CPU; behind each there is the frame. */
enum tap_part {
	TAP_REQUEST = 1,
	TAP_REPLY = 2,
};

struct tap_record {
	__u64 tai; /* nanoseconds of CLOCK_TAI */
	struct fast_flow flow;
	__u32 part; /* enum tap_part */
	__u32 kind; /* enum tap_kind */
	__u32 ifindex;
	__u32 domain; /* of the interface (fastpath.h) */
	__u32 place;  /* in the arena, of the map that was asked */
	__u32 crc;    /* ... its header's, which tells it from others */
	__u32 code;   /* of an answer */
	__u32 frame;  /* bytes of it */
	__u32 data;   /* where TCP's data begin in it ... */
	__u32 data_len;
	__u32 location;	    /* of a reply: where Location's value begins ... */
	__u32 location_len; /* 0: it has none */
	__u32 pad;
};

_Static_assert(sizeof(struct tap_host) == 272, "layout");
_Static_assert(sizeof(struct tap_want) == 312, "layout");
_Static_assert(sizeof(struct tap_record) == 96, "layout");

#endif
