// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

#include "map.h"

/* A map that gives no byte more than it promises. */
struct map {
	struct map_header header;
	uint8_t *section[MAP_SECTIONS];
	const struct map *lower;
};

static inline const struct map_header *map_header(const struct map *map)
{
	return &map->header;
}

enum {
	PAGE = 4096,
	PANE = (MAP_READ + 3 * MAP_SLACK + PAGE - 1) / PAGE * PAGE,
	PANES = 512, /* more than a search holds on to */
	ALIGN = 64,  /* as in a file, whose sections begin with a page */
};

/* Whether what is given begins where nothing can be read before it, or ends
 * where nothing can be read behind it. */
static bool front;
static uint8_t slack; /* what the slack is filled with */
static unsigned long reads;

static uint8_t *reserve(size_t size)
{
	void *room = mmap(NULL, size, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (room == MAP_FAILED)
		abort();
	return room;
}

/* The next of some rooms that have nothing readable around them. */
static uint8_t *pane_next(void)
{
	static uint8_t *panes;
	static unsigned int next;
	unsigned int i;

	if (!panes) {
		panes = reserve((size_t)PANES * (PANE + PAGE) + PAGE);
		for (i = 0; i < PANES; i++)
			if (mprotect(panes + PAGE + (size_t)i * (PANE + PAGE),
				     PANE, PROT_READ | PROT_WRITE))
				abort();
	}
	return panes + PAGE + (size_t)(next++ % PANES) * (PANE + PAGE);
}

/* len bytes, or zeros, and the slack, aligned as in a file. */
static const uint8_t *pane_copy(const uint8_t *from, uint64_t at, uint32_t len)
{
	uint8_t *pane = pane_next();
	uint32_t off = at % ALIGN, size = len + MAP_SLACK;

	if (len > MAP_READ)
		fail_msg("%u bytes are asked for", len);
	if (!front)
		pane += (PANE - ALIGN - size - off) / ALIGN * ALIGN;
	/* ... what lies between it and the end, too. */
	memset(pane, from ? slack : 0, off + size + (front ? 0 : ALIGN));
	if (from)
		memcpy(pane + off, from, len);
	else
		memset(pane + off, 0, len);
	return pane + off;
}

static inline const __u8 *map_bytes(const struct map *map, int section,
				    __u64 at, __u32 len)
{
	uint64_t size = map->header.section[section].size;

	reads++;
	if (at > size || len > size - at)
		return pane_copy(NULL, 0, len);
	return pane_copy(map->section[section] + at, at, len);
}

#define MAP_BASE(map) ((map)->lower)
#define MAP_PREFETCH(pointer) __builtin_prefetch(pointer)
#include "lookup_rule.h"

enum {
	ID = 7,
	ROOM = 1 << 18,	  /* of a section, but for the largest's slots */
	READS_MAX = 1500, /* of one host level, an overlay's */
};

static const uint8_t slacks[] = {0, 0xff};
static struct map map, base;
static struct map_key *key;

static void table_set(struct map *to, int id, struct map_table table)
{
	struct map_section *section = &to->header.section[2 * id];

	to->header.table[id] = table;
	section[0].size = (uint64_t)table.buckets << table.part_bits << 3;
	section[1].size = (uint64_t)table.slots
			  << (table.part_bits + table.slot_shift);
}

/* All keys are let pass, and all have the only slot. */
static void map_clear(struct map *to)
{
	static const struct map_table one = {
		.slots = 1, .buckets = 1, .slot_shift = MAP_SLOT_SHIFT};
	int i;

	for (i = 0; i < MAP_SECTIONS; i++) {
		if (!to->section[i])
			to->section[i] = calloc(1, i % 2 ? 1 << 23 : ROOM);
		memset(to->section[i], 0, ROOM);
	}
	memset(&to->header, 0, sizeof(to->header));
	table_set(to, MAP_TABLE_HOSTS, one);
	table_set(to, MAP_TABLE_RULES, one);
	to->lower = NULL;
	for (i = 0; i < HASH_BLOCK; i++)
		to->header.hash_key.word[i] = 0x9e3779b97f4a7c15ULL * (i + 1);
	memset(to->section[MAP_HOST_BUCKETS], 0xff, 8);
	memset(to->section[MAP_RULE_BUCKETS], 0xff, 8);
}

static int prepare(bool at_front)
{
	size_t size = (sizeof(*key) + PAGE - 1) / PAGE * PAGE;

	front = at_front;
	slack = 0xff;
	map_clear(&map);
	map_clear(&base);
	if (!key) {
		uint8_t *room = reserve(size + 2 * PAGE);

		if (mprotect(room + PAGE, size, PROT_READ | PROT_WRITE))
			abort();
		key = (void *)(room + PAGE + size - (sizeof(*key) + 7) / 8 * 8);
	}
	memset(key, 0, sizeof(*key));
	return 0;
}

static int setup(void **state)
{
	(void)state;
	return prepare(false);
}

static int setup_front(void **state)
{
	(void)state;
	return prepare(true);
}

static uint64_t hash_of(int kind, uint64_t host, const char *text, size_t len)
{
	static uint8_t room[LIMIT_PATH + 16];

	memcpy(room, text, len);
	return map_hash(&map.header, kind, host, room, len);
}

static void key_set(const char *host, const char *path)
{
	key->host_len = strlen(host);
	key->path_len = strlen(path);
	key->has_query = key->query_len = 0;
	memcpy(key->host, host, key->host_len);
	memcpy(key->path, path, key->path_len);
}

static void places(void **state)
{
	static const struct {
		const char *about;
		uint32_t addr;
		bool found;
	} cases[] = {
		{"0 is none", 0, 0},
		{"the first", 1, 1},
		{"the last", 3, 1},
		{"behind it", 4, 0},
		{"the greatest", MAP_ADDR_HOST - 1, 0},
		{"no host", MAP_ADDR_HOST, 0},
		{"the first host", MAP_ADDR_HOST | 1, 1},
		{"the last host", MAP_ADDR_HOST | 5, 1},
		{"behind the hosts", MAP_ADDR_HOST | 6, 0},
		{"the greatest host", ~0u, 0},
	};
	uint8_t seen[sizeof(struct map_host) + MAP_SLACK];
	size_t i;

	(void)state;
	table_set(&map, MAP_TABLE_RULES, (struct map_table){0, 1, 3, 6});
	table_set(&map, MAP_TABLE_HOSTS, (struct map_table){0, 1, 5, 8});
	memset(map.section[MAP_RULE_SLOTS], 0xaa, ROOM);
	memset(map.section[MAP_HOST_SLOTS], 0xaa, ROOM);
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		memcpy(seen, map_record(&map, cases[i].addr), sizeof(seen));
		if (seen[0] != cases[i].found * 0xaa ||
		    seen[sizeof(struct map_host) - 1] != seen[0])
			fail_msg("%s: %x", cases[i].about, seen[0]);
	}
}

/* Whatever the hash and the pilot, bucket and slot are the table's. */
static void tables(void **state)
{
	static const struct map_table cases[] = {
		{0, 1, 1, 6},
		{0, 3, 7, 7},
		{8, 1, 1, 8},
		{8, 257, 300, 6},
		{8, ~0u, MAP_ADDR_HOST / 256 - 1, 8},
		{0, ~0u, MAP_ADDR_HOST - 1, 6},
	};
	static const uint64_t hashes[] = {
		0, ~0ULL, 1, 1ULL << 63, ~0ULL << 24, 0x123456789abcdef0ULL};
	uint32_t pilot;
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		for (j = 0; j < sizeof(hashes) / sizeof(*hashes); j++) {
			const struct map_table *table = &cases[i];

			assert_true(map_part(table, hashes[j]) <
				    1u << table->part_bits);
			assert_true(map_bucket(table, hashes[j]) <
				    table->buckets);
			for (pilot = 0; pilot < 1 << MAP_FILTER_SHIFT; pilot++)
				assert_true(map_slot(table, hashes[j], pilot) <
					    table->slots);
		}
}

/* No bit of a filter is a pilot's, and a chained key stays in its bucket. */
static void filters(void **state)
{
	static const struct map_table table = {8, ~0u, 1, 6};
	uint64_t hash, seen = 0;
	int i;

	(void)state;
	for (i = 0; i < 100000; i++) {
		hash = hash_mix(i);
		seen |= map_filter(hash);
		assert_int_equal(map_part(&table, map_chain(hash)),
				 map_part(&table, hash));
		assert_int_equal(map_bucket(&table, map_chain(hash)),
				 map_bucket(&table, hash));
	}
	assert_int_equal(seen, ~0ULL << MAP_FILTER_SHIFT);
}

/* A rule whose key ends with the section is found, whatever follows; one whose
 * key would run over it is not, and meets zeros. */
static void texts_at_the_end(void **state)
{
	static char path[200];
	struct map_section *slots = &map.header.section[MAP_RULE_SLOTS];
	struct map_section *texts = &map.header.section[MAP_TEXTS];
	uint32_t more, len, apart, found;

	(void)state;
	memset(path, 'a', sizeof(path));
	memcpy(key->path, path, sizeof(path));
	memset(map.section[MAP_TEXTS], 'a', ROOM);
	for (more = 0; more < 100 * sizeof(slacks); more++)
		for (len = 1; len < 180; len++) {
			struct map_rule rule = {.host = ID, .key_len = len};
			uint64_t hash = hash_of(MAP_KIND_EXACT, 1, path, len);

			slack = slacks[more % sizeof(slacks)];
			slots->size = 64 + more / sizeof(slacks);
			texts->size = 24 + more / sizeof(slacks);
			for (apart = 0; apart < 4; apart++) {
				__u64 end = apart ? apart * 8 + len
						  : sizeof(rule) + len;
				bool inside = end <= (apart ? texts->size
							    : slots->size);

				rule.texts = apart;
				memset(map.section[MAP_RULE_SLOTS], 'a', 200);
				memcpy(map.section[MAP_RULE_SLOTS], &rule,
				       sizeof(rule));
				found = map_find(&map, hash, MAP_KIND_EXACT, ID,
						 key->path, len);
				if (found != inside)
					fail_msg("%u bytes, %llu of %llu", len,
						 end, slots->size);
			}
		}
}

/* Texts that records say are anywhere. */
static void texts_anywhere(void **state)
{
	static const uint32_t cases[] = {
		1, 2, ROOM / 8 - 1, ROOM / 8, 1u << 29, 1u << 31, ~0u - 1, ~0u};
	static const uint32_t lens[] = {0, 1, 7, 8, 9, LIMIT_PATH, 65535};
	size_t i, j;

	(void)state;
	map.header.section[MAP_TEXTS].size = ROOM;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		for (j = 0; j < sizeof(lens) / sizeof(*lens); j++) {
			struct map_rule rule = {.texts = cases[i],
						.key_len = lens[j]};
			uint8_t seen[65535 + MAP_SLACK];

			memcpy(seen, map_texts(&map, 1, &rule, lens[j]),
			       lens[j] + MAP_SLACK);
			memcpy(seen, map_texts(&map, ~0u, &rule, lens[j]),
			       lens[j] + MAP_SLACK);
		}
}

/* A host whose prefix lengths and name end with the section, or behind it. */
static void lengths_at_the_end(void **state)
{
	static const uint32_t counts[] = {0,	 1,	2,     7,    100,
					  7999,	 8191,	8192,  8193, 16383,
					  16384, 32768, 65534, 65535};
	struct map_section *slots = &map.header.section[MAP_HOST_SLOTS];
	struct map_section *texts = &map.header.section[MAP_TEXTS];
	struct map_host host = {.rule = {.host = ID, .key_len = 1}};
	uint8_t *at = map.section[MAP_HOST_SLOTS];
	uint64_t hash = hash_of(MAP_KIND_HOST, 0, "h", 1);
	struct map_level_hosts hosts = {.own = MAP_ADDR_HOST | 1};
	uint32_t i, apart, cut, end, found;

	(void)state;
	key_set("h", "/a/b");
	host.rule.flags = MAP_RULE_HOST;
	for (i = 0; i < sizeof(counts) / sizeof(*counts) * 6; i++) {
		apart = i / 3 % 2;
		cut = i % 3;
		host.lengths = counts[i / 6];
		host.rule.texts = apart;
		end = (apart ? 8 : sizeof(host)) + host.lengths * 2 + 1;
		memset(at, 'h', ROOM);
		memset(map.section[MAP_TEXTS], 'h', ROOM);
		memcpy(at, &host, sizeof(host));
		slots->size = apart || end < 64 ? 64 : end - cut;
		texts->size = end - cut;
		found = map_find(&map, hash, MAP_KIND_HOST, 0, key->host, 1);
		if (host.lengths < MAP_LENGTHS && (apart || end >= 64))
			assert_int_equal(!found, cut != 0);
		reads = 0;
		assert_int_equal(map_prefix(&map, &hosts, hash, key), 0);
		assert_in_range(reads, 0, READS_MAX);
	}
}

/* No text is longer than a path: the key is not read behind it. */
static void texts_beyond_the_limit(void **state)
{
	enum { WORDS = LIMIT_PATH / 8 + 1 };
	static const struct {
		uint32_t len;
		bool equal;
	} cases[] = {
		{LIMIT_PATH - 1, 1}, {LIMIT_PATH, 1}, {WORDS * 8 - 1, 1},
		{WORDS * 8, 0},	     {65535, 0},      {~0u, 0},
	};
	static uint8_t text[2 * WORDS * 8];
	const uint8_t *there;
	size_t i;

	(void)state;
	memset(text, 'a', sizeof(text));
	slack = 'a';
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint32_t len = cases[i].len;

		there = pane_copy(text, 0, WORDS * 8 - MAP_SLACK);
		if (map_equal(text, there, len) != cases[i].equal)
			fail_msg("%u bytes", len);
		if (!map_hash(&map.header, MAP_KIND_EXACT, 1, there, len) ==
		    cases[i].equal)
			fail_msg("hash of %u bytes", len);
	}
	/* A record that has so much is none of a key's. */
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct map_rule rule = {.host = ID, .key_len = cases[i].len};

		memcpy(map.section[MAP_RULE_SLOTS], &rule, sizeof(rule));
		map_find(&map, 5, MAP_KIND_EXACT, ID, text, cases[i].len);
	}
}

/* A key whose path is longer than any is not written behind. */
static void path_beyond_the_limit(void **state)
{
	static const uint32_t cases[] = {LIMIT_PATH + 1, LIMIT_PATH + 16,
					 LIMIT_PATH + 4096, ~0u};
	struct map_level_hosts hosts = {.own = MAP_ADDR_HOST | 1};
	struct map_host host = {.rule.flags = MAP_RULE_HOST, .lengths = 2};
	size_t i;

	(void)state;
	memcpy(map.section[MAP_HOST_SLOTS], &host, sizeof(host));
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		memset(key, 'a', sizeof(*key));
		key->path_len = cases[i];
		key->has_query = 0;
		assert_int_equal(map_level(&map, &hosts, 1, key), 0);
	}
}

/* Records in a chain: the key's own is found where it is not too far, and a
 * chain without an end has one. */
static void chains(void **state)
{
	static const struct map_table table = {0, 1, 64, 6};
	struct map_rule rule = {
		.host = ID, .key_len = 2, .flags = MAP_RULE_CHAIN};
	uint8_t *slots = map.section[MAP_RULE_SLOTS];
	uint64_t first = hash_of(MAP_KIND_EXACT, 3, "/a", 2), hash;
	uint32_t i, n, addr;

	(void)state;
	key_set("", "/a");
	table_set(&map, MAP_TABLE_RULES, table);
	for (n = 0; n <= MAP_CHAIN_MAX; n++) {
		hash = first;
		memset(slots, 0, ROOM);
		for (i = 0; i <= n; i++, hash = map_chain(hash)) {
			addr = map_place(&map, MAP_KIND_EXACT, hash);
			memcpy(slots + map_slot_at(&map, addr), &rule,
			       sizeof(rule));
			memcpy(slots + map_slot_at(&map, addr) + sizeof(rule),
			       i == n ? "/a" : "/b", 2);
		}
		reads = 0;
		assert_int_equal(map_find(&map, first, MAP_KIND_EXACT, ID,
					  key->path, 2),
				 n < MAP_CHAIN_MAX ? addr : 0);
		assert_in_range(reads, 0, 3 * MAP_CHAIN_MAX);
	}
	/* One that is its own next. */
	table_set(&map, MAP_TABLE_RULES, (struct map_table){0, 1, 1, 6});
	memcpy(slots, &rule, sizeof(rule));
	memcpy(slots + sizeof(rule), "/b", 2);
	reads = 0;
	assert_int_equal(
		map_find(&map, first, MAP_KIND_EXACT, ID, key->path, 2), 0);
	assert_in_range(reads, 1, 3 * MAP_CHAIN_MAX);
}

/* Put a prefix's record where a search looks for it. */
static void prefix_put(struct map *to, uint64_t host, struct map_rule rule)
{
	uint64_t hash = hash_of(MAP_KIND_PREFIX, host, (const char *)key->path,
				rule.key_len);
	uint32_t addr = map_place(to, MAP_KIND_PREFIX, hash);
	uint8_t *at = to->section[MAP_RULE_SLOTS] + map_slot_at(to, addr);

	rule.host = ID;
	rule.flags |= MAP_RULE_PREFIX;
	memcpy(at, &rule, sizeof(rule));
	memcpy(at + sizeof(rule), key->path, rule.key_len);
}

static uint32_t host_put(struct map *to, const char *name, uint64_t hash,
			 struct map_host host)
{
	uint32_t addr = map_place(to, MAP_KIND_HOST, hash), i;
	uint8_t *at = to->section[MAP_HOST_SLOTS] + map_slot_at(to, addr);
	uint16_t length;

	host.rule.host = ID;
	host.rule.flags |= MAP_RULE_HOST;
	host.rule.key_len = strlen(name);
	memcpy(at, &host, sizeof(host));
	for (i = 0, at += sizeof(host); i < host.lengths; i++, at += 2) {
		length = i + 2;
		memcpy(at, &length, 2);
	}
	memcpy(at, name, strlen(name));
	return addr;
}

/* What a search found is a prefix of the path with a '/' after it. */
static void prefix_check(uint32_t addr)
{
	if (addr)
		assert_in_range(map_record(key->search.base ? &base : &map,
					   addr)
					->key_len,
				2, key->path_len + 1);
}

/* "/aaa...": what is gone, or in the overlay, leads to a shorter one, which may
 * be anything. Behind the path its bytes go on as those of longer prefixes. */
static void shorter(void **state)
{
	static const uint32_t gone[] = {0, MAP_RULE_GONE, MAP_RULE_MARKER};
	static const uint16_t lengths[] = {0,  1,  2,	 3,    20,   30,
					   31, 32, 8000, 8001, 65535};
	static const struct map_table table = {0, 1, 4096, 6};
	static char path[] = "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	uint64_t hash = hash_of(MAP_KIND_HOST, 0, "h", 1);
	struct map_level_hosts hosts;
	uint32_t i, n, len;

	(void)state;
	map.lower = &base;
	table_set(&map, MAP_TABLE_RULES, table);
	table_set(&base, MAP_TABLE_RULES, table);
	key_set("h", path);
	hosts.own = host_put(&map, "h", hash, (struct map_host){.lengths = 12});
	hosts.below =
		host_put(&base, "h", hash, (struct map_host){.lengths = 12});
	for (n = 0; n < sizeof(lengths) / sizeof(*lengths) * 9; n++)
		for (i = 0; i < 3; i++) {
			struct map_rule rule = {.shorter = lengths[n / 9]};

			key->path_len = 10 + n % 10;
			key->path[key->path_len] = '/';
			for (len = 2; len < sizeof(path); len++) {
				/* ... than itself, if it is not given */
				if (i)
					rule.shorter = len - 2 + i;
				rule.key_len = len;
				rule.flags = 0;
				if (len <= key->path_len + 1)
					rule.flags = gone[n % 3];
				prefix_put(&map, hash, rule);
				rule.flags = gone[n / 3 % 3];
				prefix_put(&base, hash, rule);
			}
			reads = 0;
			prefix_check(map_prefix(&map, &hosts, hash, key));
			assert_in_range(reads, 1, READS_MAX);
			key->path[key->path_len] = 'a';
			assert_memory_equal(key->path, path, sizeof(path));
		}
}

static uint32_t draw(uint32_t below)
{
	static uint64_t seed = 88172645463325252ULL;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 32) * below >> 32;
}

static const char *const hosts[] = {"a.b.c", "b.c", "c", ""};
static const char *const paths[] = {
	"/",	  "/a",	      "/a/",
	"/a/bbb", "/a/bbb?q", "/a/bbbbbbb/cccccccccccccccc/ddddddddddddddd/",
};
enum {
	HOSTS = sizeof(hosts) / sizeof(*hosts),
	PATHS = sizeof(paths) / sizeof(*paths),
};

static const struct map_table shapes[] = {
	{0, 1, 1, 6},
	{0, 3, 20, 6},
	{0, 7, 40, 7},
	{1, 5, 30, 8},
	{8, 2, 3, 6},
	{8, 1, 1, 8},
	{0, 16, MAP_AHEAD_SLOTS, 6},
};

/* Somewhere in a section, often near its end. */
static uint64_t somewhere(const struct map *to, int section)
{
	uint64_t size = to->header.section[section].size;

	return draw(2) && size > 64 ? size - draw(64) : draw(size + 1);
}

static void scatter(struct map *to, int section, uint64_t at, const void *from,
		    uint64_t len)
{
	uint64_t size = to->header.section[section].size;

	if (at < size)
		memcpy(to->section[section] + at, from,
		       len < size - at ? len : size - at);
}

/* A record where its key is looked for, its texts behind it or elsewhere. */
static void record_scatter(struct map *to, uint32_t addr, struct map_host host,
			   const char *text)
{
	uint32_t len = strlen(text), i, head;
	int section = map_slot_section(addr);
	uint64_t at = map_slot_at(to, addr);

	if (!draw(8))
		host.rule.key_len = draw(65536);
	host.rule.shorter = draw(4) ? draw(50) : draw(65536);
	host.rule.host = draw(8) ? ID : draw(3);
	host.rule.texts = draw(3) ? 0 : somewhere(to, MAP_TEXTS) / 8;
	if (!draw(16))
		host.rule.texts = draw(~0u);
	head = map_record_head(&host.rule);
	scatter(to, section, at, &host, head);
	at += head;
	if (host.rule.texts) {
		section = MAP_TEXTS;
		at = host.rule.texts * 8ULL;
	}
	for (i = 0; head > sizeof(host.rule) && i < host.lengths; i++) {
		uint16_t length = draw(8) ? draw(50) : draw(65536);

		scatter(to, section, at + i * 2, &length, 2);
		if (i == 50)
			break;
	}
	if (head > sizeof(host.rule))
		at += map_host_name(&host);
	scatter(to, section, at, text, len);
}

static void host_scatter(struct map *to, uint32_t h)
{
	int wild = draw(2);
	uint64_t hash = hash_of(wild ? MAP_KIND_WILD : MAP_KIND_HOST, 0,
				hosts[h], strlen(hosts[h]));
	struct map_host host = {
		.rule.key_len = strlen(hosts[h]),
		.rule.flags = draw(8192),
		.lengths = draw(4) ? draw(9) : draw(65536),
		.flags = draw(16),
	};

	host.rule.flags &= ~MAP_RULE_WILD;
	if (draw(16))
		host.rule.flags |= MAP_RULE_HOST | (wild ? MAP_RULE_WILD : 0);
	record_scatter(to, map_place(to, MAP_KIND_HOST, hash), host, hosts[h]);
}

static void rule_scatter(struct map *to, uint32_t h, uint32_t p)
{
	uint64_t host = hash_of(draw(2) ? MAP_KIND_WILD : MAP_KIND_HOST, 0,
				hosts[h], strlen(hosts[h]));
	int prefix = draw(2);
	uint64_t hash = hash_of(MAP_KIND_EXACT + prefix, host, paths[p],
				strlen(paths[p]));
	struct map_host record = {
		.rule.key_len = strlen(paths[p]),
		.rule.flags = draw(16) ? draw(8) | MAP_RULE_GONE * draw(2) |
						 MAP_RULE_CHAIN * draw(2)
				       : draw(8192),
		.rule.location_len = draw(65536),
	};

	record.rule.flags &= ~MAP_RULE_PREFIX;
	record.rule.flags |= prefix ? MAP_RULE_PREFIX : 0;
	record_scatter(to, map_place(to, MAP_KIND_EXACT, hash), record,
		       paths[p]);
}

static void buckets_scatter(struct map *to, int id)
{
	uint64_t *bucket = (void *)to->section[2 * id], i, pilot = draw(65536);

	for (i = 0; i < to->header.section[2 * id].size / 8; i++)
		bucket[i] = (draw(16) ? ~0ULL << MAP_FILTER_SHIFT
				      : (uint64_t)draw(~0u) << 32) |
			    (draw(4) ? pilot : draw(65536));
}

static void garbage(struct map *to)
{
	uint32_t i, at;

	for (i = 0; i < MAP_TABLES; i++) {
		table_set(to, i,
			  shapes[draw(sizeof(shapes) / sizeof(*shapes))]);
		to->header.section[2 * i].size += draw(2) * draw(40);
		to->header.section[2 * i + 1].size += draw(2) * draw(400);
		buckets_scatter(to, i);
	}
	to->header.section[MAP_TEXTS].size = draw(4) ? draw(400) : draw(ROOM);
	for (i = 0; i < 20; i++) {
		at = somewhere(to, MAP_TEXTS);
		to->section[MAP_TEXTS][at % ROOM] = draw(256);
	}
	/* Every address is looked for with a filter that lets it pass. */
	for (i = 0; i < HOSTS * PATHS; i++)
		rule_scatter(to, i % HOSTS, i / HOSTS);
	for (i = 0; i < 2 * HOSTS; i++)
		host_scatter(to, i / 2);
	to->header.wild[0] = draw(16);
	to->header.wild[1] = 0;
}

static void random_ask(uint32_t h, uint32_t p, uint32_t *hits)
{
	static struct map_key before;
	const struct map *found;
	uint32_t addr;

	key_set(hosts[h], paths[p]);
	key->has_query = draw(2);
	before = *key;
	reads = 0;
	addr = map_lookup_rule(&map, key);
	assert_in_range(reads, 1, 5 * READS_MAX);
	found = key->search.base ? map.lower : &map;
	before.search = key->search;
	assert_memory_equal(key, &before, sizeof(before));
	if (!addr)
		return;
	assert_non_null(found);
	assert_true(map_record(found, addr)->flags || map_record(found, addr));
	++*hits;
}

/* Whatever is in a map: nothing outside is read, the search ends, and the key
 * is as before. */
static void random_maps(void **state)
{
	uint32_t round, i, hits = 0, rounds = 3000;

	(void)state;
	for (round = 0; round < rounds; round++) {
		slack = draw(256);
		garbage(&map);
		garbage(&base);
		map.lower = draw(2) ? &base : NULL;
		for (i = 0; i < HOSTS * PATHS; i++)
			random_ask(i % HOSTS, i / HOSTS, &hits);
	}
	assert_in_range(hits, rounds, rounds * (HOSTS * PATHS - 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(places, setup),
		cmocka_unit_test_setup(tables, setup),
		cmocka_unit_test_setup(filters, setup),
		cmocka_unit_test_setup(texts_at_the_end, setup),
		cmocka_unit_test_setup(texts_anywhere, setup),
		cmocka_unit_test_setup(lengths_at_the_end, setup),
		cmocka_unit_test_setup(texts_beyond_the_limit, setup),
		cmocka_unit_test_setup(path_beyond_the_limit, setup),
		cmocka_unit_test_setup(chains, setup),
		cmocka_unit_test_setup(shorter, setup),
		cmocka_unit_test_setup(random_maps, setup),
		cmocka_unit_test_setup(random_maps, setup_front),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
