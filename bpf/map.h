/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef MAP_H
#define MAP_H

#include <linux/types.h>

#include "hash.h"

/*
 * The layout of the redirect map: the compiled form of a release, one file,
 * immutable, in the byte order of the machine that wrote it.
 *
 *   header   one page
 *   records  groups of the hosts and rules themselves
 *   answers  struct map_answer[], one per distinct code and cache policy, two
 *            for a pair of codes
 *   hosts    struct map_slot[]: the groups of the hosts, by hash
 *   paths    struct map_slot[]: the groups of the rules, by hash
 *
 * Sections begin on page boundaries and are read in chunks of 64 KiB that no
 * record straddles, so that each section can be a BPF array with one chunk per
 * element. Nothing in the file is a pointer: a map_addr is an offset in the
 * records section in units of 8 bytes; 0 is none.
 *
 * A lookup hashes its key and takes the group's slot out of hosts or paths. The
 * slot has a small Bloom filter, which turns most keys away that are not there;
 * the group has each key's tag and address, and the records stand right after
 * it (long ones elsewhere). What a lookup in a large map costs is memory: this
 * is one access to a small array, and for a hit one to a place that can be
 * fetched whole.
 *
 * Records:
 *
 *   host    map_host, its prefix lengths (ascending __u16), its name; then, on
 *           the next 8-byte boundary, the rule of its whole-host prefix "/" if
 *           it has one (its key is not stored)
 *   rule    map_rule, its key, its Location; if a flag says so, a
 *           map_template and the rule's header lines (template.h)
 *   marker  map_rule, its key
 *
 * A host's prefixes are found by binary search over the lengths that occur on
 * it (Waldvogel et al., SIGCOMM 1997): whatever the rules are, no request costs
 * more than 13 probes on a host. Where the search turns to the longer side and
 * no rule stands, a marker does; it knows how long the longest rule is that is
 * a prefix of it, so that the search never goes back.
 *
 * The hash is keyed (hash.h), its key drawn at random for each map, and a hit
 * is a hit only when the whole key compares equal: names cannot be chosen to
 * collide, and a collision costs time, never a wrong answer.
 *
 * A release that differs from an earlier one on few hosts can be an overlay: a
 * small map over the map of that release, its base. It has all rules of every
 * host on which any rule differs, and no rule for a host that has lost all of
 * its own; a host that stands in it is not looked for in the base. Both are
 * hashed with the same key, so that a host's hash is computed once, and the
 * overlay's wild bits are those of both. The base is known by the checksum of
 * its header, and is never an overlay itself.
 *
 * Keys are in the normal form of requests. A map whose sources are in a former
 * one, which had "%2A" for a literal '*' and a plain "'" in queries, answers
 * what is the same in both; no new release is made of it.
 */

#define MAP_MAGIC "detour\r\n" /* a text-mode copy is noticed */

enum {
	MAP_VERSION = 3,
	MAP_VERSION_MIN = 2, /* has no MAP_RULE_PAIR, _OK and _TEMPLATE */
	MAP_FORM = 1,	     /* of the sources' normal form */
	MAP_BYTE_ORDER = 0x01020304,
	MAP_PAGE = 4096,
	MAP_CHUNK_SHIFT = 16,
	MAP_CHUNK = 1 << MAP_CHUNK_SHIFT,
	MAP_SLACK = 64,	     /* bytes that may be read after a chunk */
	MAP_GROUP_MAX = 64,  /* keys of a group */
	MAP_SEARCH_MAX = 13, /* probes of the search over prefix lengths */
	MAP_DEPTHS = 128,    /* labels of a host, at most 127 */
	MAP_HEAD = 104,	     /* room for an answer up to Location's value */
	MAP_TAIL = 128,	     /* room for what follows it */
	MAP_NAME = 64,	     /* room for a map's file name, terminated */
};

enum map_section_id {
	MAP_RECORDS,
	MAP_ANSWERS,
	MAP_HOSTS,
	MAP_PATHS,
	MAP_SECTIONS,
};

struct map_section {
	__u64 offset; /* from the file's start, in bytes */
	__u64 size;   /* bytes in use; the file is padded to the page */
	__u32 crc;    /* CRC-32 of those bytes */
	__u32 pad;
};

/* A hash table: group = high 32 bits of the hash * groups >> 32. */
struct map_table {
	__u32 groups;
	__u32 most; /* keys in the largest group */
};

struct map_header {
	__u8 magic[8];
	__u32 version;
	__u32 byte_order;
	__u64 file_size;
	__u64 rules;		     /* of the release, markers not counted */
	__u64 own_rules;	     /* ... that stand in this file */
	__u64 wild[MAP_DEPTHS / 64]; /* bit n: a wildcard with n labels */
	struct map_table hosts;
	struct map_table paths;
	struct map_section section[MAP_SECTIONS];
	struct hash_key hash_key;
	__u32 answers;
	__u32 base_crc;	     /* of an overlay: crc of its base's header */
	__u8 base[MAP_NAME]; /* ... and the name of its file; else "" */
	__u32 form;	     /* MAP_FORM, or 0: sources in a former one */
	__u32 crc;	     /* CRC-32 of the header up to here */
};

struct map_slot {
	__u32 addr;   /* of the group, or 0 */
	__u32 filter; /* two bits for each of its keys */
};

struct map_entry {
	__u32 tag; /* low 32 bits of the hash */
	__u32 addr;
};

struct map_group {
	__u32 count;
	__u32 pad;
	struct map_entry entry[];
};

/* The space of names that a key is in. */
enum map_kind {
	MAP_KIND_HOST,	/* a name */
	MAP_KIND_WILD,	/* the name after "*."; "*" is the empty one */
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
	MAP_RULE_MARKER = 2, /* no rule */
	MAP_RULE_PASS = 4,
	MAP_RULE_REMAINDER = 16,  /* Location ends with the remainder */
	MAP_RULE_QUERY = 32,	  /* the request's query is kept */
	MAP_RULE_JOIN = 64,	  /* ... with '&': Location has a '?' */
	MAP_RULE_LOCATION = 128,  /* a redirect; without it: 410, 200 */
	MAP_RULE_PAIR = 256,	  /* GET and HEAD get its answer, every other
				  * method gets the next one */
	MAP_RULE_OK = 512,	  /* 200, which the fast path leaves to a
				  * server: it shows that one is there */
	MAP_RULE_TEMPLATE = 1024, /* a map_template follows Location, which has
				   * the target's '*' in it */
};

struct map_rule {
	__u32 host; /* map_host.id */
	__u16 key_len;
	__u16 flags;
	__u16 location_len;
	__u16 answer; /* index of its map_answer; of a marker: the length of the
		       * longest rule that is a prefix of it, or 0 */
};

/* Where the parts of a Location go that is more than a text, the remainder and
 * the query, and what the rule's own header lines are: template.h. */
struct map_template {
	__u16 host;	 /* places in the Location: of the host's '*', ... */
	__u16 rest;	 /* ... of the remainder's, or where it would be, */
	__u16 query;	 /* ... and of what stands behind the query */
	__u16 host_most; /* bytes that the host's '*' may stand for; 0: there is
			  * none; LIMIT_HOST: it is the whole host */
	__u16 headers;	 /* bytes of header lines, the empty one with them */
};

/* Status line and fixed fields, ready but for Date and Location:
 * head, Location's value if there is one, tail[how the connection goes on]. */
struct map_answer {
	__u16 code;
	__u16 head_len;
	__u16 date_at;	   /* the offset in head of Date's 29 bytes */
	__u16 tail_len[3]; /* stays open; the same for HTTP/1.0; closes */
	__u32 max_age;
	__u8 head[MAP_HEAD];
	__u8 tail[3][MAP_TAIL];
	__u16 rule_code; /* of the rules that it is made for */
	__u8 pad[6];
};

_Static_assert(sizeof(struct map_section) == 24, "layout");
_Static_assert(sizeof(struct map_header) == 760, "layout");
_Static_assert(sizeof(struct map_slot) == 8, "layout");
_Static_assert(sizeof(struct map_group) == 8, "layout");
_Static_assert(sizeof(struct map_entry) == 8, "layout");
_Static_assert(sizeof(struct map_host) == 8, "layout");
_Static_assert(sizeof(struct map_rule) == 12, "layout");
_Static_assert(sizeof(struct map_template) == 10, "layout");
_Static_assert(sizeof(struct map_answer) == 512, "layout");

#endif
