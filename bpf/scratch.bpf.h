/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SCRATCH_BPF_H
#define SCRATCH_BPF_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ipv6.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "fastpath.h"
#include "head.h"
#include "lookup_key.h"
#include "maps.bpf.h"
#include "tap.h"
#include "miss.h"
#include "template.h"

/*
 * What is known of the packet in hand, in per-CPU memory: it is too much for
 * the stack, and the verifier does not follow the values that are loaded from
 * there.
 */
enum {
	/* The longest headers: Ethernet, a VLAN tag, IPv6, TCP. */
	PACKET_HEADERS = ETH_HLEN + 4 + sizeof(struct ipv6hdr) + 60,
	OPTION_ROOM = 64, /* a power of 2; places in options are masked */

	/* Where the reply's TCP header is in scratch->frame. */
	FRAME_TCP = 64,
	FRAME_ROOM = 4096,
	FRAME_SLACK = 128,
};

struct packet {
	struct fast_flow flow;
	__u32 len;  /* of the frame */
	__u32 ip;   /* where the IP header is: the link layer's length */
	__u32 tcp;  /* where the TCP header is */
	__u32 data; /* where the segment's data are ... */
	__u32 data_len;
	__u32 seq, ack; /* host byte order */
	__u32 window;
	__u32 flags; /* the TCP header's fourteenth byte */
	__u32 ipv4;
	__u32 counts;		     /* of its flow's answers (flow.h) */
	__u32 milliseconds;	     /* the kernel's timestamp clock */
	__u64 seconds;		     /* ... and the cookies' */
	__u64 hash;		     /* flow_hash() */
	struct bpf_sock_tuple tuple; /* for socket look-ups */

	/* What a SYN's listener says, listener.bpf.h. */
	struct {
		__u32 space;  /* bytes of data that it has room for */
		__u32 mss;    /* the largest segment that it takes, 0: any */
		__u32 window; /* of the SYN-ACK */
	} listener;
	__u32 https; /* such a listener is found for what is no SYN */

	/* TCP options */
	__u32 mss;    /* 0: none */
	__u32 wscale; /* OPTION_NO_WSCALE: none */
	__u32 sack;
	__u32 timestamps;
	__u32 tsval, tsecr;
	__u32 odd; /* they do not add up */
};

/* Lengths of an answer, and where its parts stand. They are read from the map
 * once. */
struct answer_parts {
	__u64 head_len;
	__u64 date_at; /* in the head */
	__u64 tail_len;
	__u64 location_len;
	__u64 rest; /* the remainder, in the path */
	__u64 rest_len;
	__u64 query_len;	  /* with its '?' */
	__u64 flags;		  /* enum map_rule_flag */
	__u64 more;		  /* bytes that a template adds */
	struct template template; /* if flags say that there is one */
	__u32 code;
};

/* What was looked up in this tick of the clock: one address, and one interface.
 * ifindex 0: nothing. */
struct cached_address {
	__u64 addr[2];
	__u32 ifindex;
};

struct cached_interface {
	__u32 ifindex;
	__u32 flags; /* enum fast_interface_flag */
	__u32 mtu;
};

/*
 * A map in the arena, for the lookup (live_map.bpf.h). What stands there was
 * checked when it was loaded. Should it be written to since, answers may be
 * wrong; but all that is read is the arena's, and what says how much is written
 * is bounded where it is used.
 */
struct map {
	__u32 place; /* of its header; 0: none */
	__u32 below; /* whether it is the base */
};

/* Of the next so many requests that a tap wants, which one it is told. */
struct tap_sample {
	__u32 left, pick;
};

struct scratch {
	struct packet packet;
	__u64 tick; /* of the kernel's clock, that the times are of */
	struct cached_address cached_address;
	struct cached_interface cached_interface;
	struct fast_prefix address;    /* that is looked up */
	__u8 options[OPTION_ROOM + 8]; /* of TCP, where they are walked over */
	struct head head;
	__u8 before_text[8]; /* may be written with it */
	struct head_text text;
	struct map_key key;
	__u64 host_hash, path_hash; /* of a plain head, as map_hash() */
	__u32 plain; /* the key is made of a plain head (plain.bpf.h) */
	struct miss_item miss;
	struct map map[2]; /* that the request is answered from, and its base */
	__u32 hit;	   /* place of its rule's record; 0: not counted */
	__u8 frame[FRAME_ROOM + FRAME_SLACK];
	__u32 reply_options; /* bytes of TCP options of the reply, in frame */
	struct answer_parts parts;
	__u64 date_turn;   /* when date was last checked */
	__u64 date_second; /* the second that date tells */
	__u8 date[32];
	struct tap_sample tap[TAP_SLOTS];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

static __always_inline struct scratch *scratch_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&scratches, &zero);
}

static __always_inline void counter_add(__u32 counter)
{
	__u64 *count = bpf_map_lookup_elem(&counters, &counter);

	if (count)
		++*count;
}

#endif
