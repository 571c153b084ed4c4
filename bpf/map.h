/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef MAP_H
#define MAP_H

#include <linux/types.h>

/*
 * The layout of the redirect map: the compiled form of a release, one file,
 * immutable, in the byte order of the machine that wrote it.
 *
 *   header   one page
 *   answers  struct map_answer[], one per distinct code and cache policy
 *   hosts    struct map_bucket[]: hash table over the hosts' names
 *   paths    struct map_bucket[]: hash table over the rules' paths
 *   records  the hosts and rules themselves
 *
 * Sections begin on page boundaries and are read in chunks of 64 KiB that no
 * record straddles, so that each section can be a BPF array with one chunk per
 * element. Nothing in the file is a pointer: records are addressed by their
 * offset in the records section in units of 8 bytes (a map_addr; 0 is none).
 *
 * Records:
 *
 *   host    map_host, its prefix lengths (ascending __u16), its name; then, on
 *           the next 8-byte boundary and in the same chunk, the rule of its
 *           whole-host prefix "/" if it has one (its key is not stored)
 *   rule    map_rule, its key, its Location
 *   marker  map_marker
 *
 * A host's prefixes are found by binary search over the lengths that occur on
 * it (Waldvogel et al., SIGCOMM 1997): whatever the rules are, no request
 * costs more than 14 probes. Where the search for a longer prefix turns to the
 * longer side and no rule stands, a marker does; it knows the longest rule
 * that is a prefix of itself, so that the search never goes back.
 *
 * A key's hash is SipHash-1-3 under a key of the map's own, drawn at random
 * when it is compiled, and a hit is a hit only when the whole key compares
 * equal: names cannot be chosen to collide, and a collision costs time, never
 * a wrong answer.
 *
 * A small map over a large one: the two are probed in step, the small one
 * first, and a changed or removed rule stands in the small one under its own
 * key; a removed prefix as a marker whose best rule is the next shorter one.
 * MAP_RULE_GONE marks a removed exact rule.
 */

#define MAP_MAGIC "detour\r\n" /* a text-mode copy is noticed */

enum {
	MAP_VERSION = 1,
	MAP_BYTE_ORDER = 0x01020304,
	MAP_PAGE = 4096,
	MAP_CHUNK_SHIFT = 16,
	MAP_CHUNK = 1 << MAP_CHUNK_SHIFT,
	MAP_SLOTS = 8,	     /* entries of a bucket */
	MAP_PROBES_MAX = 16, /* buckets that one lookup may visit */
	MAP_SEARCH_MAX = 14, /* probes of the search over prefix lengths */
	MAP_DEPTHS = 128,    /* labels of a host, at most 127 */
	MAP_TAIL = 104,	     /* room for the end of an answer's head */
};

enum map_section_id {
	MAP_ANSWERS,
	MAP_HOSTS,
	MAP_PATHS,
	MAP_RECORDS,
	MAP_SECTIONS,
};

struct map_section {
	__u64 offset; /* from the file's start, in bytes */
	__u64 size;   /* bytes in use; the file is padded to the page */
	__u32 crc;    /* CRC-32 of those bytes */
	__u32 pad;
};

/* A hash table: bucket = high 32 bits of the hash * buckets >> 32. */
struct map_table {
	__u32 buckets;
	__u32 probes; /* the most buckets that a key of this table needs */
};

struct map_header {
	__u8 magic[8];
	__u32 version;
	__u32 byte_order;
	__u64 file_size;
	__u64 rules; /* the operator's: markers do not count */
	__u64 hash_key[2];
	__u64 wild[MAP_DEPTHS / 64]; /* bit n: a wildcard with n labels */
	struct map_table hosts;
	struct map_table paths;
	struct map_section section[MAP_SECTIONS];
	__u32 answers;
	__u32 crc; /* CRC-32 of the header up to here */
};

/* Filled from the first slot on; an address of 0 ends it. */
struct map_bucket {
	__u32 tag[MAP_SLOTS]; /* low 32 bits of the hash */
	__u32 addr[MAP_SLOTS];
};

/* The first word of what is hashed: the space of names that a key is in. */
enum map_kind {
	MAP_KIND_HOST,	/* a name */
	MAP_KIND_WILD,	/* the name behind "*."; "*" is the empty one */
	MAP_KIND_EXACT, /* a path, with '?' and query if the rule has one */
	MAP_KIND_PREFIX,
};

enum map_host_flag {
	MAP_HOST_WILD = 1,  /* *.name, or "*" */
	MAP_HOST_WHOLE = 2, /* the rule of the prefix "/" follows */
	MAP_HOST_EXACT = 4, /* has rules with an exact path */
	MAP_HOST_QUERY = 8, /* has rules with a query */
};

struct map_host {
	__u32 id;      /* the number of the host in this map */
	__u16 lengths; /* how many prefix lengths follow, "/" not among them */
	__u8 name_len;
	__u8 flags;
};

enum map_rule_flag {
	MAP_RULE_PREFIX = 1,
	MAP_RULE_MARKER = 2, /* it is a struct map_marker */
	MAP_RULE_PASS = 4,
	MAP_RULE_GONE = 8,	 /* see above: a small map over a large one */
	MAP_RULE_REMAINDER = 16, /* Location ends with the remainder */
	MAP_RULE_QUERY = 32,	 /* the request's query is kept */
	MAP_RULE_JOIN = 64,	 /* ... with '&': Location has a '?' */
	MAP_RULE_LOCATION = 128, /* a redirect; without it: 410 */
};

struct map_rule {
	__u32 host; /* map_host.id */
	__u16 key_len;
	__u16 flags;
	__u16 location_len;
	__u16 answer; /* index of its map_answer */
};

/* host, key_len and flags as in map_rule. */
struct map_marker {
	__u32 host;
	__u16 key_len;
	__u16 flags;
	__u32 like; /* a rule of this host whose key begins with the marker's */
	__u32 best; /* the longest rule that is a prefix of it, or 0 */
};

/* Status line and fixed fields, ready but for Date and Location:
 * head, Location's value if there is one, tail[how the connection goes on]. */
struct map_answer {
	__u16 code;
	__u16 head_len;
	__u16 date_at; /* the offset in head of Date's 29 bytes */
	__u16 tail_len[3];
	__u32 max_age;
	__u8 head[120];
	__u8 tail[3][MAP_TAIL + 16];
	__u8 pad[16];
};

_Static_assert(sizeof(struct map_section) == 24, "layout");
_Static_assert(sizeof(struct map_header) == 184, "layout");
_Static_assert(sizeof(struct map_bucket) == 64, "layout");
_Static_assert(sizeof(struct map_host) == 8, "layout");
_Static_assert(sizeof(struct map_rule) == 12, "layout");
_Static_assert(sizeof(struct map_marker) == 16, "layout");
_Static_assert(sizeof(struct map_answer) == 512, "layout");

#endif
