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
 *   buckets  __u64[]: of the hosts' table, and of the rules': a pilot and a filter
 *            for some four keys
 *   slots    of both tables: the hosts; the rules and markers: 64, 128 or 256
 *            bytes each
 *   texts    of those that are longer than a slot
 *   answers  struct map_answer[], one per distinct code and cache policy, two
 *            for a pair of codes
 *
 * Sections begin on page boundaries. Nothing in the file is a pointer: a record
 * is named by the number of its slot in its table, from 1 on, with MAP_ADDR_HOST
 * if that is the hosts'; 0 is none.
 *
 * A key's slot is found by perfect hashing (CHD, Belazzougui, Botelho and
 * Dietzfelbinger, ESA 2009): the hash chooses a bucket of some four keys, the
 * bucket's pilot was chosen so that all keys of all buckets have slots of their
 * own. What a lookup in a large map costs is memory. Buckets are about two
 * bytes for each rule and so in a core's cache; their filters turn most
 * keys away that are not there; and from a hash to its record it is one access
 * more, which can be begun for host and path at the same time.
 *
 * Records:
 *
 *   host    map_host; its prefix lengths (ascending __u16), its name; and, if it
 *           has a rule for its prefix "/", that rule's Location
 *   rule    map_rule; its key, its Location; if a flag says so, a
 *           map_template and the rule's header lines (template.h)
 *   marker  map_rule; its key
 *
 * Patterns and sets of pairs stand in lists (user/map/map_listed.h): a rule's
 * record has what is compared and how it is written behind all else. A path with
 * sets has a marker; so has what a pattern begins with, among the prefixes, so
 * that a side that does not match patterns knows where one may win.
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
 * A release that differs from an earlier one in few rules can be an overlay: a
 * small map over the map of that release, its base. It has the rules that were
 * added or changed, and a record without effect (MAP_RULE_GONE) for each that
 * was removed; what stands in it is not looked for in the base. Every host of
 * such a rule stands in it, too, with the number that it has in the base, and
 * its flags say what both have. Where the longest prefix of a search stands in
 * the overlay, or is gone, the next shorter one is looked for: that is once more
 * for each that is a prefix of another, and so these are few. Both are hashed with the same key, so that a
 * key's hash is computed once, and the overlay's wild bits are those of both.
 * The base is known by the checksum of its header, and is never an overlay
 * itself.
 *
 * Keys are in the normal form of requests. A map whose sources are in a former
 * one, which had "%2A" for a literal '*' and a plain "'" in queries, answers
 * what is the same in both; no new release is made of it.
 */

#define MAP_MAGIC "detour\r\n" /* a text-mode copy is noticed */

enum {
	MAP_VERSION = 4,
	MAP_VERSION_MIN = 4,
	MAP_FORM = 1, /* of the sources' normal form */
	MAP_BYTE_ORDER = 0x01020304,
	MAP_PAGE = 4096,
	MAP_SLACK = 64,	    /* bytes that may be read after what is asked for */
	MAP_READ = 65536,   /* the most that is asked for at once */
	MAP_SLOT_SHIFT = 6, /* the smallest slot has 64 bytes */
	MAP_SLOT_SHIFT_MAX = 8,
	MAP_PART_BITS_MAX = 8,
	MAP_FILTER_SHIFT = 16, /* of a bucket: below it the pilot */
	MAP_FILTER_BITS = 48,
	MAP_CHAIN_MAX = 4,  /* keys with the same hash */
	MAP_NEST_MAX = 16,  /* prefixes of an overlay that are in one another */
	MAP_LENGTHS = 8192, /* more than a host has, a power of 2 */
	MAP_SEARCH_MAX = 13,	/* probes of the search over prefix lengths */
	MAP_DEPTHS = 128,	/* labels of a host, at most 127 */
	MAP_DEPTH_FIRST = 127,	/* no wildcard has as many: there are rules with
				* first=yes */
	MAP_LISTED_MAX = 65535, /* sets of pairs with the same key */
	MAP_HEAD = 104,		/* room for an answer up to Location's value */
	MAP_TAIL = 128,		/* room for what follows it */
	MAP_NAME = 64,		/* room for a map's file name, terminated */
};

#define MAP_ADDR_HOST (1u << 31)

/* MAP_HOST_BUCKETS + 2 * table: its buckets; then its slots. */
enum map_section_id {
	MAP_HOST_BUCKETS,
	MAP_HOST_SLOTS,
	MAP_RULE_BUCKETS,
	MAP_RULE_SLOTS,
	MAP_TEXTS,
	MAP_ANSWERS,
	MAP_SECTIONS,
};

enum map_table_id {
	MAP_TABLE_HOSTS,
	MAP_TABLE_RULES,
	MAP_TABLES,
};

struct map_section {
	__u64 offset; /* from the file's start, in bytes */
	__u64 size;   /* bytes in use; the file is padded to the page */
	__u32 crc;    /* CRC-32 of those bytes */
	__u32 pad;
};

/*
 * The perfect hash. The first bits of a key's hash choose its part, so that each
 * part is computed in a core's cache; the bits after these its bucket in it.
 */
struct map_table {
	__u32 part_bits;
	__u32 buckets;	  /* of a part */
	__u32 slots;	  /* of a part */
	__u32 slot_shift; /* a slot has so many bytes, as a power of 2 */
};

struct map_header {
	__u8 magic[8];
	__u32 version;
	__u32 byte_order;
	__u64 file_size;
	__u64 rules;		     /* of the release, markers not counted */
	__u64 own_rules;	     /* ... that stand in this file */
	__u64 wild[MAP_DEPTHS / 64]; /* bit n: a wildcard with n labels */
	struct map_table table[MAP_TABLES];
	struct map_section section[MAP_SECTIONS];
	struct hash_key hash_key;
	__u32 answers;
	__u32 hosts;	 /* numbers that are given, those of the base, too */
	__u64 digest[4]; /* of the release's rules */
	__u8 base[MAP_NAME]; /* of an overlay: its base's file name; else "" */
	__u32 base_crc;	     /* ... and the crc of its header */
	__u32 form;	     /* MAP_FORM, or 0: sources in a former one */
	__u32 pad;
	__u32 crc; /* CRC-32 of the header up to here */
};

/*
 * The space of names that a key is in: bits of its record's flags. Kinds of
 * paths are made of several: a prefix with MAP_KIND_FOLD, and so on.
 */
enum map_kind {
	MAP_KIND_EXACT = 0, /* a path, with '?' and query if the rule has one */
	MAP_KIND_PREFIX = 1,
	MAP_KIND_FOLD = 2,   /* the key is in lower case, for requests that are
				* compared in lower case */
	MAP_KIND_SECOND = 4, /* the half for https of a source that has one for
				* each scheme */
	MAP_KIND_PAIRS = 8, /* sets of pairs: the path, '?', a pair of theirs */
	MAP_KIND_PATTERN = 16, /* patterns of a host: the empty one */
	MAP_KIND_LISTED = 32,  /* in an overlay, what stands there of both: what
				* is compared, of pairs after the path and '?' */
	MAP_KIND_HOST = 64,    /* a name */
	MAP_KIND_WILD = MAP_KIND_HOST | 128, /* the name after "*."; "*" is the
					      * empty one */
	MAP_KIND_FIRST =
		MAP_KIND_WILD | 256, /* "*", for rules with first=yes */
	MAP_KIND_BITS = 511,
};

enum map_rule_flag {
	MAP_RULE_PREFIX = MAP_KIND_PREFIX, /* of a pattern: it ends with '*' */
	MAP_RULE_FOLD = MAP_KIND_FOLD,
	MAP_RULE_SECOND = MAP_KIND_SECOND,
	MAP_RULE_PAIRS = MAP_KIND_PAIRS,
	MAP_RULE_PATTERN = MAP_KIND_PATTERN,
	MAP_RULE_LISTED = MAP_KIND_LISTED,
	MAP_RULE_HOST = MAP_KIND_HOST, /* the record of a host; what else is
					* said is of its rule for "/" */
	MAP_RULE_WILD = 128,
	MAP_RULE_FIRST = 256,
	MAP_RULE_MARKER = 1 << 9, /* no rule */
	MAP_RULE_PASS = 1 << 10,
	MAP_RULE_REMAINDER = 1 << 11, /* Location ends with the remainder */
	MAP_RULE_QUERY = 1 << 12,     /* the request's query is kept */
	MAP_RULE_JOIN = 1 << 13,      /* ... with '&': Location has a '?' */
	MAP_RULE_LOCATION = 1 << 14,  /* a redirect; without it: 410, 200 */
	MAP_RULE_PAIR = 1 << 15,  /* GET and HEAD get its answer, every other
				       * method gets the next one */
	MAP_RULE_OK = 1 << 16,	  /* 200, which the fast path leaves to a
				       * server: it shows that one is there */
	MAP_RULE_GONE = 1 << 17,  /* in an overlay: removed */
	MAP_RULE_CHAIN = 1 << 18, /* another key has the same hash (lookup.h) */
	MAP_RULE_TEMPLATE = 1 << 19, /* a map_template follows Location, which
				       * has the target's '*' in it */
	MAP_RULE_MORE = 1 << 20,     /* a map_more follows the header lines */
	MAP_RULE_ASK = 1 << 21,	     /* of a prefix or marker: a pattern begins
				       * with the key, or with a prefix of it */
	MAP_RULE_HTTP = 1 << 22,     /* as pass for what came by TLS, ... */
	MAP_RULE_HTTPS = 1 << 23,    /* ... for what came in plaintext */
	MAP_RULE_BOTH = 1 << 24,     /* with MAP_RULE_HTTP: what came by TLS has
				       * MAP_KIND_SECOND */
};

struct map_rule {
	__u32 host;  /* its number, from 1 on */
	__u32 hits;  /* 0; in the fast path's memory they are counted here */
	__u32 texts; /* where they are in MAP_TEXTS, in units of 8 bytes; 0: they
		       * follow */
	__u32 flags;
	__u16 key_len; /* of a host: of its name */
	__u16 location_len;
	__u16 answer;  /* index of its map_answer */
	__u16 shorter; /* of a prefix: the length of the longest rule that is
			* another prefix of it, or 0; of a set of pairs or a
			* pattern: its number among those with the same key */
	__u16 sum;     /* ones' complement sum of Location */
	__u16 hit;     /* 0; there: when the last one was (hits.h) */
};

enum map_host_flag {
	MAP_HOST_WHOLE = 1,  /* has a rule of the prefix "/" here */
	MAP_HOST_EXACT = 2,  /* has rules with an exact path */
	MAP_HOST_QUERY = 4,  /* has rules with a query */
	MAP_HOST_BELOW = 8,  /* the rule of the prefix "/", if there is one, is
			     * in the base */
	MAP_HOST_FOLD = 16,  /* has rules with case=ignore, but for that one */
	MAP_HOST_PAIRS = 32, /* has sets of pairs */
	MAP_HOST_PATTERNS = 64, /* has patterns, ... */
	MAP_HOST_ASK = 128, /* ... one whose first capture is the first thing
				 * after the "/" */
	/* What is found by more than a path. */
	MAP_HOST_MORE = MAP_HOST_FOLD | MAP_HOST_PAIRS | MAP_HOST_PATTERNS,
};

struct map_host {
	struct map_rule rule;
	__u16 lengths; /* how many prefix lengths stand before its name, "/" not
			* among them */
	__u16 flags;
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

/*
 * What requests are compared with where that is not the key, and how the source
 * is written: they follow the header lines. A pattern's Location is a template
 * then (rule_template.h), and map_template has the places in it.
 */
struct map_more {
	__u16 match_len;   /* of the compiled pattern, or set of pairs */
	__u16 written_len; /* of path and query as they are written */
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
_Static_assert(sizeof(struct map_header) == 864, "layout");
_Static_assert(sizeof(struct map_rule) == 28, "layout");
_Static_assert(sizeof(struct map_host) == 32, "layout");
_Static_assert(sizeof(struct map_template) == 10, "layout");
_Static_assert(sizeof(struct map_more) == 4, "layout");
_Static_assert(sizeof(struct map_answer) == 512, "layout");

#endif
