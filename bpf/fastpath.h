/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef FASTPATH_H
#define FASTPATH_H

#include <linux/types.h>

#include "map.h"
#include "receive.h"
#include "word.h"

/*
 * What the fast path's programs and the commands that set them up agree on. The
 * maps of an instance (one per state directory) are pinned, outlive every
 * program and process, and are shared by all its interfaces:
 *
 *   arena        arena: the releases that programs answer from (below)
 *   counters     per-CPU array, __u64 for each enum counter
 *   cookie_keys  array, one struct cookie_keys (cookie.h)
 *   addresses    hash, struct fast_address: what is known of an address, enum
 *                fast_address_kind
 *   prefixes     trie, struct fast_prefix: the same of all of each
 *   interfaces   hash, interface index: struct fast_interface
 *   flows        array, __u64: what became of the latest connections
 *   taps         array, struct tap_want: who looks at what is answered (tap.h)
 *   tap_records  perf event array: where they are told
 *   misses       per-CPU array, a struct miss_header and then struct miss_bucket
 *                (miss.h)
 *
 * Ports are constants of each program: changing them replaces it. So is the
 * domain of its interface: one number for each routing domain of each network
 * namespace, that is, for a VRF device or for all interfaces of none.
 * Interfaces of one domain are the same host's; addresses of another may be the
 * same and mean another host.
 */
enum {
	FAST_LAYOUT = 7,     /* of all that is pinned; in the folder's name */
	FAST_PORTS_MAX = 64, /* ports of an interface */
	FAST_ADDRESSES_MAX = 16384,
	FAST_PREFIXES_MAX = 1024,
	FAST_INTERFACES_MAX = 1024,
	FAST_MISS_BUCKETS = 64, /* of a table, unless asked for others */
	FAST_FLOWS = 1 << 16,	/* remembered, of a kind; a power of 2 */
};

/* An address as IPv6 (IPv4: ::ffff:a.b.c.d), on one interface. */
struct fast_address {
	__u32 ifindex;
	__u8 addr[16];
};

/* No SYN comes from the first two: the kernel has those that say so. */
enum fast_address_kind {
	FAST_SERVED = 1, /* answered on */
	FAST_MARTIAN,	 /* this host's, not served; or a broadcast address */
	FAST_SERVED_ANY, /* a prefix, served, of which others may have some */
};

/* The first bits of an address, counted from the interface's index on. */
struct fast_prefix {
	__u32 bits;
	struct fast_address address;
};

/* The last 8 bytes of a mapped IPv4 address, as a word of this machine. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define FAST_IPV4_PREFIX 0x00000000ffff0000ULL
#define FAST_IPV4_BITS 0xffffffff00000000ULL
#else
#define FAST_IPV4_PREFIX 0x0000ffff00000000ULL
#define FAST_IPV4_BITS 0x00000000ffffffffULL
#endif

enum fast_interface_flag {
	FAST_IF_DRAINING = 1,	      /* new connections go to the kernel */
	FAST_IF_ADDRESSES_GIVEN = 2,  /* the addresses were given, not found */
	FAST_IF_GENERIC = 4,	      /* XDP in generic mode */
	FAST_IF_WITHOUT_LISTENER = 8, /* answers where nothing listens, too */
};

/* TCP options that a SYN-ACK may have: the sysctls tcp_timestamps, tcp_sack and
 * tcp_window_scaling, without which the kernel takes no such connection. */
enum fast_offer {
	FAST_OFFER_TIMESTAMPS = 1,
	FAST_OFFER_SACK = 2,
	FAST_OFFER_WSCALE = 4,
	FAST_OFFER_FAST_OPEN = 8, /* data of a SYN are taken (tcp_fastopen) */
};

struct fast_interface {
	__u32 flags;
	__u16 ports;
	__u16 port[FAST_PORTS_MAX]; /* host byte order */
	__u16 pad;
	struct fast_receive receive;
};

/* A connection, addresses as above, ports in network byte order. */
struct fast_flow {
	__u8 client[16];
	__u8 server[16];
	__u16 client_port;
	__u16 server_port;
};

static inline __attribute__((always_inline)) int
fast_is_ipv4(const struct fast_flow *flow)
{
	__u64 low = word_load(flow->client + 8);

	return !word_load(flow->client) &&
	       (low & ~FAST_IPV4_BITS) == FAST_IPV4_PREFIX;
}

/* Both addresses of an IPv4 flow. */
static inline __attribute__((always_inline)) __u64
fast_ipv4(const struct fast_flow *flow)
{
	__u64 client = word_load(flow->client + 8);
	__u64 server = word_load(flow->server + 8);

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return (client & FAST_IPV4_BITS) | server >> 32;
#else
	return client << 32 | (server & FAST_IPV4_BITS);
#endif
}

/*
 * The arena: 4 GiB of address space, in which there is memory where something
 * stands. All places are offsets from its start, below 2^32.
 *
 *   0              struct fast_control, one page
 *   FAST_ZEROS_AT  zeros, read where a section of a map has ended
 *   FAST_AREAS_AT  areas: each a map file from its header on, or the header of
 *                  a map without rules, and a page of zeros behind it
 *
 * Only a command that holds the lock of the state directory writes here, and
 * programs in records the hits of their rules (hits.h), and taps in `tap_until`:
 * its pin is root's, and programs do not rely on what stands here being sound.
 * A command fills an
 * area that nobody reads, and then stores its place in `live`, which is the
 * switch. An area that `live` does not name may still be read by programs that
 * began before; it is nobody's as soon as the kernel has waited for them, and as
 * no server has a lock on it: those read the same pages (fast_readers.h).
 * An entry of the list of areas is written before there is memory in its area,
 * and is cleared when none is left there: the next command gives back what a
 * killed one leaves.
 */
enum {
	FAST_ARENA_TYPE = 33, /* BPF_MAP_TYPE_ARENA */
	FAST_ARENA_PAGES = 1 << 20,
	FAST_ZEROS_AT = MAP_PAGE,
	FAST_ZEROS = MAP_READ + MAP_PAGE,
	FAST_AREAS_AT = FAST_ZEROS_AT + FAST_ZEROS,
	/* live, next, both their bases, what was left, and what a server reads
	 * that stands still */
	FAST_AREAS = 32,
};

/* Where it is mapped, in all processes: all of it, or the kernel refuses. */
#define FAST_ARENA_AT 0x400000000000ULL
#define FAST_ARENA_SIZE ((__u64)FAST_ARENA_PAGES * MAP_PAGE)

/* Which map file a copy is of. */
struct fast_loaded {
	__u64 release;
	__u64 inode;   /* of the map file */
	__u64 written; /* ... its modification time in nanoseconds */
	__u32 crc;     /* ... its header's */
	__u32 pad;
	__u8 name[MAP_NAME]; /* ... and name, terminated; "" without rules */
};

struct fast_area {
	__u64 at;     /* a multiple of MAP_PAGE */
	__u64 size;   /* likewise; 0: no area */
	__u64 number; /* of loads; no two areas have the same one */
	struct fast_loaded loaded;
};

struct fast_control {
	__u64 live;  /* place of the live map, 0: none; << 32: of its base */
	__u64 loads; /* how many areas were made so far */
	__u64 tap_until; /* seconds of CLOCK_MONOTONIC; from then on no tap looks
			  * (tap.h). Taps write it, without the lock. */
	struct fast_area area[FAST_AREAS];
	__u64 id; /* drawn at random when the first was: no two arenas have the
		   * same one */
};

_Static_assert(sizeof(struct fast_address) == 20, "layout");
_Static_assert(sizeof(struct fast_prefix) == 24, "layout");
_Static_assert(sizeof(struct fast_interface) == 152, "layout");
_Static_assert(sizeof(struct fast_flow) == 36, "layout");
_Static_assert(sizeof(struct fast_loaded) == 96, "layout");
_Static_assert(sizeof(struct fast_area) == 120, "layout");
_Static_assert(sizeof(struct fast_control) <= MAP_PAGE, "layout");

#endif
