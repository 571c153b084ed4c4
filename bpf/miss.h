/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef MISS_H
#define MISS_H

#include <linux/types.h>

#include "hash.h"
#include "lookup_key.h"
#include "loop.h"
#include "word.h"

/*
 * What is asked for most often among what no rule matches, for both sides:
 * Space-Saving (Metwally, Agrawal and El Abbadi, ICDT 2005) in buckets of a few
 * ways, so that a miss costs the same in a memory of any size. An item's hash
 * chooses its bucket. If it has a way there, its count rises; else it takes the
 * way with the smallest count, goes on from that, and keeps it as its error. So
 * an item that has a way was seen count - error times at least, and count
 * times at most; one that has none was seen at most as often as the smallest
 * count of its bucket says.
 *
 * A memory of misses is a struct miss_header and then the buckets of four
 * tables: hosts and URLs, each of hosts with and without rules, so that who
 * asks for random hosts displaces nothing else. Each memory has one writer: a
 * CPU or a worker; what several know is added up by who reads it.
 *
 * An item is the first MISS_TEXT bytes of a host, or of host and path behind one
 * another, in normal form: longer ones that begin alike are one item. Neither
 * query nor client is kept.
 */

#define MISS_MAGIC 0x317373696d746564ULL /* "detmiss1" */

enum {
	MISS_TEXT = 216, /* bytes of an item, a multiple of 8 */
	MISS_WAYS = 8,
	MISS_BUCKET = 2048,	    /* bytes, of a header, too */
	MISS_BUCKETS_MAX = 1 << 13, /* of a table; a power of 2 */
};

enum miss_table {
	MISS_HOSTS,
	MISS_URLS,
	MISS_KNOWN = 2, /* added to these: of hosts that have rules */
	MISS_TABLES = 4,
};

struct miss_header {
	__u64 magic;
	__u64 run;     /* random: which memory it is */
	__u32 buckets; /* of each table, a power of 2; 0: nothing is counted */
	__u32 pad;
	struct hash_key key;
	__u8 spare[MISS_BUCKET - 24 - sizeof(struct hash_key)];
};

struct miss_entry {
	__u64 error;
	__u32 last; /* seen, in seconds of Unix time */
	__u16 len;
	__u8 host_len;
	__u8 cut; /* the item is the beginning of what was asked for */
	__u8 text[MISS_TEXT]; /* zeros behind it */
};

/*
 * Who copies a bucket from its first byte on, and finds `done` and `begun` the
 * same, has copied what stood there at one time.
 */
struct miss_bucket {
	__u64 done; /* writes that have ended */
	__u64 hash[MISS_WAYS];
	__u64 count[MISS_WAYS]; /* 0: the way is free */
	struct miss_entry entry[MISS_WAYS];
	__u8 spare[48];
	__u64 begun; /* writes that have begun */
};

/* An item to be counted. Words are written at any place of its text, so there is
 * room behind it. */
struct miss_item {
	__u32 len;
	__u32 host_len;
	__u32 cut;
	__u32 pad;
	__u8 text[256 + 8];
};

_Static_assert(sizeof(struct miss_header) == MISS_BUCKET, "layout");
_Static_assert(sizeof(struct miss_entry) == 232, "layout");
_Static_assert(sizeof(struct miss_bucket) == MISS_BUCKET, "layout");
_Static_assert((int)LIMIT_HOST < 256, "lengths of hosts fit");

#define MISS_INLINE static inline __attribute__((always_inline))

/* Around what is written to a bucket. An atomic instruction whose result is
 * used is a barrier in BPF. */
#ifdef __bpf__
#define MISS_STEP(at) LOOP_KEEP_RESULT(__sync_fetch_and_add(at, 1))
#define LOOP_KEEP_RESULT(value)                   \
	({                                        \
		__u64 result_ = (value);          \
		asm volatile("" : "+r"(result_)); \
	})
#define MISS_BEGIN(bucket) MISS_STEP(&(bucket)->begun)
#define MISS_END(bucket) MISS_STEP(&(bucket)->done)
#else
#define MISS_BEGIN(bucket)                                       \
	(__atomic_store_n(&(bucket)->begun, (bucket)->begun + 1, \
			  __ATOMIC_RELAXED),                     \
	 __atomic_thread_fence(__ATOMIC_RELEASE))
#define MISS_END(bucket) \
	__atomic_store_n(&(bucket)->done, (bucket)->done + 1, __ATOMIC_RELEASE)
#endif

/* Append the first n bytes of a text, which can be read in whole words, to an
 * item, as far as there is room. */
MISS_INLINE void miss_put(struct miss_item *item, const __u8 *text, __u32 n)
{
	__u32 room = MISS_TEXT - item->len;
	__u64 i;

	if (n > room) {
		n = room;
		item->cut = 1;
	}
	for (i = LOOP_FROM(0); LOOP(i < n); i = LOOP_FROM(i + 8))
		word_store(item->text + ((item->len + i) & 255),
			   word_cut(word_load(text + (i & 255)), n - i));
	item->len += n;
}

/*
 * miss_item_make - the item of a key
 * @table: MISS_HOSTS or MISS_URLS
 */
MISS_INLINE void miss_item_make(struct miss_item *item,
				const struct map_key *key, __u32 table)
{
	__u64 i;

	item->len = item->cut = item->pad = 0;
	for (i = LOOP_FROM(0); LOOP(i < MISS_TEXT); i = LOOP_FROM(i + 8))
		word_store(item->text + (i & 255), 0);
	miss_put(item, key->host, key->host_len);
	item->host_len = item->len;
	if (table & MISS_URLS)
		miss_put(item, key->path, key->path_len);
}

/* The hash of an item, whose text has zeros behind it up to a whole word. */
MISS_INLINE __u64 miss_hash(const struct hash_key *key, const __u8 *text,
			    __u32 len, __u32 host_len, __u32 cut)
{
	__u64 i, sum = 0;

	for (i = LOOP_FROM(0); LOOP(i * 8 < len); i = LOOP_FROM(i + 1)) {
		LOOP_KEEP(i);
		if (i >= MISS_TEXT / 8)
			break;
		sum = hash_word(key, sum, i, word_load(text + i * 8));
	}
	return hash_end(sum, (__u64)cut << 32 | host_len << 16 | len);
}

/* The number of a hash's bucket among those of a table. */
MISS_INLINE __u32 miss_bucket_of(__u32 buckets, __u64 hash)
{
	return (__u32)(hash >> 32) & (buckets - 1);
}

/* The way of a hash, or the one with the smallest count, whose hash is
 * another. */
MISS_INLINE __u32 miss_way(const struct miss_bucket *bucket, __u64 hash)
{
	__u64 least = ~0ULL;
	__u32 way = 0, i;

#pragma GCC unroll 8
	for (i = 0; i < MISS_WAYS; i++) {
		__u64 count = bucket->count[i], more = count + 1;

		if (count && bucket->hash[i] == hash)
			more = 0;
		if (more < least) {
			least = more;
			way = i;
		}
	}
	return way;
}

/*
 * miss_add - count an item in its bucket
 * @hash: its hash, by which items are told apart: two different ones of a bucket
 *        have the same by a chance of 2^-32
 * @now:  the second
 */
MISS_INLINE void miss_add(struct miss_bucket *bucket, __u64 hash,
			  const struct miss_item *item, __u32 now)
{
	__u32 way = miss_way(bucket, hash);
	struct miss_entry *entry;
	__u64 i;

	LOOP_KEEP(way);
	way &= MISS_WAYS - 1;
	entry = &bucket->entry[way];
	MISS_BEGIN(bucket);
	if (!bucket->count[way] || bucket->hash[way] != hash) {
		bucket->hash[way] = hash;
		entry->error = bucket->count[way];
		entry->len = item->len;
		entry->host_len = item->host_len;
		entry->cut = item->cut;
		for (i = LOOP_FROM(0); LOOP(i < MISS_TEXT);
		     i = LOOP_FROM(i + 8)) {
			LOOP_KEEP(i);
			if (i > MISS_TEXT - 8)
				break;
			word_store(entry->text + i, word_load(item->text + i));
		}
	}
	bucket->count[way]++;
	entry->last = now;
	MISS_END(bucket);
}

#endif
