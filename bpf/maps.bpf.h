/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef MAPS_BPF_H
#define MAPS_BPF_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "cookie.h"
#include "counter.h"
#include "fastpath.h"
#include "miss.h"
#include "receive.h"
#include "tap.h"

/* The maps of the fast path but for the arena (fastpath.h says what they hold),
 * and the constants of a program, set before it is loaded. */

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, COUNTER_COUNT);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct cookie_keys);
} cookie_keys SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FAST_ADDRESSES_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct fast_address);
	__type(value, __u32);
} addresses SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, FAST_PREFIXES_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct fast_prefix);
	__type(value, __u32);
} prefixes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FAST_INTERFACES_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct fast_interface);
} interfaces SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * FAST_FLOWS);
	__type(key, __u32);
	__type(value, __u64);
} flows SEC(".maps");

/* Element 0 is a struct miss_header. How many there are is set before it is
 * made. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1 + MISS_TABLES * FAST_MISS_BUCKETS);
	__type(key, __u32);
	__type(value, struct miss_bucket);
} misses SEC(".maps");

/* Taps write there by a mapping. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, TAP_SLOTS);
	__type(key, __u32);
	__type(value, struct tap_want);
} taps SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(max_entries, TAP_SLOTS *TAP_CPUS);
	__type(key, __u32);
	__type(value, __u32);
} tap_records SEC(".maps");

/* Bit n: the port whose bytes in network order are those of n here. */
const volatile __u64 port_bits[65536 / 64];

/* enum fast_offer: what this host's kernel does, too. */
const volatile __u32 host_offers =
	FAST_OFFER_TIMESTAMPS | FAST_OFFER_SACK | FAST_OFFER_WSCALE;

/* What the kernel of this host would say in a SYN-ACK. */
const volatile struct fast_receive receive = {.space = 65536, .scale = 7};

/* The interface's hardware address; zeros: frames to any are taken. */
const volatile __u8 mac[8];

/* Whether some of its addresses are given by prefixes. */
const volatile __u32 by_prefix;

/* Whether it is a port of a bridge: packets come to the kernel by that. */
const volatile __u32 bridged;

/* The interface's (fastpath.h). */
const volatile __u32 domain;

/* When the program was loaded, in seconds of CLOCK_MONOTONIC. */
const volatile __u64 loaded_at;

/* Seconds that TAI is ahead of UTC. */
const volatile __u64 tai_offset;

#endif
