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

/* A map of one chunk in each section, its slack behind it and unreadable memory
 * around both. */
struct map {
	struct map_header header;
	uint8_t *chunk[MAP_SECTIONS];
};

static inline const struct map_header *map_header(const struct map *map)
{
	return &map->header;
}

static inline const uint8_t *map_chunk(const struct map *map, int section,
				       uint32_t index)
{
	return index ? NULL : map->chunk[section];
}

#define MAP_PREFETCH(pointer) __builtin_prefetch(pointer)
#include "lookup.h"

enum {
	GUARD = 4 * MAP_CHUNK, /* further than any field of 16 bits leads */
	END = MAP_CHUNK,
	ROOM = MAP_CHUNK + MAP_SLACK,
	GROUP = 4096, /* where the only group of a table stands */
	ID = 7,
};

/* How the slack is filled: it does not matter to what ends in the chunk. */
static const uint8_t slacks[] = {0, 0xff};

static struct map map;
static struct map_key *key;

/* Memory that ends, or begins, where nothing can be read or written. */
static void *guarded(size_t size, bool front)
{
	size_t whole = (size + 4095) & ~4095UL;
	uint8_t *room = mmap(NULL, GUARD + whole + GUARD, PROT_NONE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (room == MAP_FAILED ||
	    mprotect(room + GUARD, whole, PROT_READ | PROT_WRITE))
		abort();
	return room + GUARD + (front ? 0 : whole - size);
}

static int prepare(bool front)
{
	static uint8_t *chunks[2][MAP_SECTIONS];
	int i;

	for (i = 0; i < MAP_SECTIONS; i++) {
		if (!chunks[front][i])
			chunks[front][i] = guarded(ROOM, front);
		map.chunk[i] = chunks[front][i];
		memset(map.chunk[i], 0, ROOM);
	}
	memset(&map.header, 0, sizeof(map.header));
	map.header.hosts.groups = map.header.paths.groups = 1;
	for (i = 0; i < HASH_BLOCK; i++)
		map.header.hash_key.word[i] = 0x9e3779b97f4a7c15ULL * (i + 1);
	if (!key)
		key = guarded((sizeof(*key) + 7) & ~7UL, false);
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

static void *record(uint32_t at)
{
	return map.chunk[MAP_RECORDS] + at;
}

static void slot_put(int section, uint32_t at)
{
	struct map_slot *slot = (void *)map.chunk[section];

	slot->addr = at / 8;
	slot->filter = ~0u;
}

/* Entry i of a group, which goes on at the chunk's beginning. */
static void entry_put(uint32_t group, uint32_t i, uint64_t hash, uint32_t at)
{
	struct map_entry *entry = record((group + 8 + i * 8) % END);

	entry->tag = hash;
	entry->addr = at / 8;
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

static void records(void **state)
{
	static const struct {
		const char *about;
		uint32_t addr;
		bool found;
	} cases[] = {
		{"0 is none", 0, 0},
		{"the first", 1, 1},
		{"16 bytes before the end", END / 8 - 2, 1},
		{"8 bytes before the end", END / 8 - 1, 1},
		{"the next chunk, which is not there", END / 8, 0},
		{"8 bytes behind its beginning", END / 8 + 1, 0},
		{"8 bytes before its end", END / 4 - 1, 0},
		{"the greatest", ~0u, 0},
	};
	const uint8_t *chunk;
	size_t i;
	__u64 at;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		chunk = map_record(&map, cases[i].addr, &at);
		if (!chunk != !cases[i].found)
			fail_msg("%s", cases[i].about);
		if (chunk && at != cases[i].addr * 8)
			fail_msg("%s: at %llu", cases[i].about, at);
	}
}

/* Wherever an offset leads, MAP_SLACK bytes of the chunk's room are there. */
static void offsets(void **state)
{
	static const struct {
		__u64 at, place;
	} cases[] = {
		{0, 0},
		{1, 1},
		{END - 1, END - 1},
		{END, 0},
		{END + 5, 5},
		{END + MAP_SLACK, MAP_SLACK},
		{3ULL * END - 1, END - 1},
		{0xffffffffULL, END - 1},
		{0x100000003ULL, 3},
		{~0ULL, END - 1},
	};
	uint8_t seen[MAP_SLACK];
	const uint8_t *there;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		there = MAP_AT(map.chunk[MAP_RECORDS], cases[i].at);
		if (there != map.chunk[MAP_RECORDS] + cases[i].place)
			fail_msg("%llu: %td", cases[i].at,
				 there - map.chunk[MAP_RECORDS]);
		memcpy(seen, there, MAP_SLACK);
		assert_int_equal(seen[0], 0);
	}
}

static void lengths(void **state)
{
	uint16_t *first = record(0), *last = record(END - 2);

	(void)state;
	memset(record(END), 0xff, MAP_SLACK);
	last[-1] = 0x9abc;
	last[0] = 0x1234;
	first[0] = 0x5678;
	assert_int_equal(map_length(record(0), END - 2, 0), 0x1234);
	assert_int_equal(map_length(record(0), END - 8, 3), 0x1234);
	assert_int_equal(map_length(record(0), END - 8, 4), 0x5678);
	assert_int_equal(map_length(record(0), END, 0), 0x5678);
	assert_int_equal(map_length(record(0), END - 2, 65535), 0x9abc);
}

/* A host whose prefix lengths would lie behind the chunk. */
static void lengths_behind_the_end(void **state)
{
	static const uint8_t fills[] = {0, 0xff};
	uint32_t at, count;
	size_t i;

	(void)state;
	key_set("", "/a/b");
	for (i = 0; i < sizeof(fills); i++)
		for (at = END - 24; at < END; at += 8)
			for (count = 1; count < 65536; count = count * 2 + 1) {
				struct map_host host = {.id = ID,
							.lengths = count};

				memset(record(0), fills[i], ROOM);
				memcpy(record(at), &host, sizeof(host));
				assert_int_equal(
					map_level(&map, at / 8, 1, key), 0);
			}
}

/* A group at the chunk's end says that it is longer: it goes on at the chunk's
 * beginning, not in the slack, and ends as others do. */
static void group_at_the_end(void **state)
{
	enum { RULE = 1024 };
	uint64_t hash = hash_of(MAP_KIND_EXACT, 1, "/a", 2);
	struct map_entry entry = {.tag = hash, .addr = RULE / 8};
	struct map_rule rule = {.host = ID, .key_len = 2};
	uint32_t entries, i;

	(void)state;
	key_set("", "/a");
	for (entries = 0; entries < MAP_GROUP_MAX; entries++) {
		uint32_t group = END - 8 - entries * 8;

		slot_put(MAP_PATHS, group);
		for (i = 0; i <= MAP_GROUP_MAX; i++) {
			memset(record(0), 0, END);
			memcpy(record(RULE), &rule, sizeof(rule));
			memcpy(record(RULE + sizeof(rule)), "/a", 2);
			((struct map_group *)record(group))->count = ~0u;
			memcpy(record(END), &entry, sizeof(entry));
			assert_int_equal(map_path(&map, MAP_KIND_EXACT, 1, ID,
						  key->path, 2),
					 0);
			entry_put(group, i, hash, RULE);
			if (map_path(&map, MAP_KIND_EXACT, 1, ID, key->path,
				     2) != (i < MAP_GROUP_MAX ? RULE / 8 : 0))
				fail_msg("entry %u, %u before the end", i,
					 END - group);
		}
	}
}

static void group_count(void **state)
{
	static const struct {
		const char *about;
		uint32_t count, i;
		bool found;
	} cases[] = {
		{"the only one", 1, 0, 1},
		{"none", 0, 0, 0},
		{"the last", 5, 4, 1},
		{"behind the last", 5, 5, 0},
		{"the last there can be", MAP_GROUP_MAX, MAP_GROUP_MAX - 1, 1},
		{"one more than there can be", MAP_GROUP_MAX + 1, MAP_GROUP_MAX,
		 0},
		{"no end", ~0u, MAP_GROUP_MAX, 0},
	};
	uint64_t hash = hash_of(MAP_KIND_EXACT, 1, "/a", 2);
	struct map_rule *rule = record(256);
	size_t i;

	(void)state;
	key_set("", "/a");
	*rule = (struct map_rule){.host = ID, .key_len = 2};
	memcpy(rule + 1, "/a", 2);
	slot_put(MAP_PATHS, GROUP);
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct map_group *group = record(GROUP);

		memset(group, 0, END - GROUP);
		group->count = cases[i].count;
		entry_put(GROUP, cases[i].i, hash, 256);
		if (map_path(&map, MAP_KIND_EXACT, 1, ID, key->path, 2) !=
		    (cases[i].found ? 256 / 8 : 0))
			fail_msg("%s", cases[i].about);
	}
}

/* Texts near the chunk's end: those that end inside are equal whatever is in
 * the slack; one that would run over goes on at the beginning, where it meets
 * zeros. */
static void texts_at_the_end(void **state)
{
	static const uint8_t zeros[ROOM] = {0};
	uint8_t *text = guarded(64, false);
	uint32_t at, len;
	size_t i;

	(void)state;
	memset(text, 'a', 64);
	for (i = 0; i < sizeof(slacks) * 65; i++) {
		at = END - i % 65;
		memset(record(END - 64), 0, 64);
		memset(record(at), 'a', END - at);
		memset(record(END), slacks[i / 65], MAP_SLACK);
		/* A whole word of the text is readable behind it. */
		for (len = 1; len <= 56; len++) {
			bool inside = at + len <= END;

			if (map_equal(record(0), at, text, len) != inside)
				fail_msg("%u bytes %u before the end", len,
					 END - at);
			if (map_equal(zeros, at - 1024, text, len))
				fail_msg("%u bytes of zeros", len);
		}
	}
	assert_int_equal(map_equal(record(0), END + 8, text, 9), 0);
	assert_int_equal(map_equal(record(0), END + 2 * 65535, text, 40), 0);
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
	uint8_t *text = guarded(WORDS * 8, false);
	size_t i, at;

	(void)state;
	memset(text, 'a', WORDS * 8);
	memset(record(0), 'a', ROOM);
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint32_t len = cases[i].len;

		for (at = 0; at < 2 * END; at += END / 8 - 1)
			if (map_equal(record(0), at, text, len) !=
			    cases[i].equal)
				fail_msg("%u bytes at %zu", len, at);
		if (!map_hash(&map.header, MAP_KIND_EXACT, 1, text, len) ==
		    cases[i].equal)
			fail_msg("hash of %u bytes", len);
	}
}

/* Rules at the chunk's end, as a lookup meets them: one that ends inside is
 * found. */
static void rules_at_the_end(void **state)
{
	static const char path[] =
		"/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	uint32_t at, len, found;
	size_t i;

	(void)state;
	slot_put(MAP_PATHS, GROUP);
	((struct map_group *)record(GROUP))->count = 1;
	for (i = 0; i < sizeof(slacks) * 8; i++) {
		at = END - 8 - i % 8 * 8;
		for (len = 1; len < sizeof(path); len++) {
			struct map_rule rule = {.host = ID, .key_len = len};
			uint32_t text = at + sizeof(rule);

			memset(record(END - 64), 0, 64);
			memcpy(record(at), &rule, sizeof(rule));
			memcpy(record(text), path, len);
			memset(record(END), slacks[i / 8], MAP_SLACK);
			memcpy(key->path, path, len);
			entry_put(GROUP, 0,
				  hash_of(MAP_KIND_EXACT, 1, path, len), at);
			found = map_path(&map, MAP_KIND_EXACT, 1, ID, key->path,
					 len);
			if (found != (text + len <= END ? at / 8 : 0))
				fail_msg("%u bytes, %u before the end", len,
					 END - at);
		}
	}
}

/* A key whose path is longer than any is not written behind. */
static void path_beyond_the_limit(void **state)
{
	static const uint32_t cases[] = {LIMIT_PATH + 1, LIMIT_PATH + 16,
					 LIMIT_PATH + 4096, ~0u};
	struct map_host *host = record(256);
	size_t i;

	(void)state;
	*host = (struct map_host){.id = ID, .lengths = 1, .name_len = 1};
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		memset(key, 'a', sizeof(*key));
		key->path_len = cases[i];
		key->has_query = 0;
		assert_int_equal(map_level(&map, 256 / 8, 1, key), 0);
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
static const char *const paths[] = {"/",	"/a",
				    "/a/",	"/a/bbbbbb",
				    "/a/bbb?q", "/a/bbbbbbb/cccccccccccccccc/"};
enum {
	HOSTS = sizeof(hosts) / sizeof(*hosts),
	PATHS = sizeof(paths) / sizeof(*paths),
};

/* Somewhere in the chunk, often near its end. */
static uint32_t somewhere(void)
{
	return (draw(2) ? END - 8 * draw(32) - 8 : 8 * draw(256)) & (END - 1);
}

static void scatter(uint32_t at, const void *from, uint32_t len)
{
	at %= END;
	memcpy(record(at), from, len < ROOM - at ? len : ROOM - at);
}

static void host_scatter(uint32_t at, const char *name)
{
	struct map_host host = {
		.id = draw(2),
		.lengths = draw(4) ? draw(5) : draw(65536),
		.name_len = strlen(name),
		.flags = draw(16),
	};
	uint32_t i;

	scatter(at, &host, sizeof(host));
	at += sizeof(host);
	for (i = 0; i < host.lengths && i < 8; i++) {
		uint16_t length = draw(4) ? draw(32) : draw(65536);

		scatter(at + i * 2, &length, 2);
	}
	scatter(at + host.lengths * 2, name, host.name_len);
}

static void rule_scatter(uint32_t at, const char *path)
{
	struct map_rule rule = {
		.host = draw(2),
		.key_len = draw(8) ? strlen(path) : draw(65536),
		.flags = draw(256),
		.answer = draw(2) ? draw(32) : draw(65536),
	};

	scatter(at, &rule, sizeof(rule));
	scatter(at + sizeof(rule), path, strlen(path));
}

static uint32_t host_at[HOSTS], rule_at[PATHS][2], group_at[4];

/* Mostly an address that is meant to be one. */
static uint32_t spoiled(uint32_t at)
{
	return draw(16) ? at / 8 : draw(2) ? somewhere() / 8 : draw(~0u);
}

/* A group of entries for keys that there are, and it may be longer. */
static void group_scatter(uint32_t at)
{
	struct map_group group = {.count = draw(4) ? 48 : ~0u};
	uint32_t i;

	scatter(at, &group, sizeof(group));
	for (i = 0; i < 48; i++) {
		uint32_t h = draw(HOSTS), p = draw(PATHS), prefix = draw(2);
		uint64_t hash = hash_of(draw(2) ? MAP_KIND_HOST : MAP_KIND_WILD,
					0, hosts[h], strlen(hosts[h]));
		struct map_entry entry = {.tag = hash,
					  .addr = spoiled(host_at[h])};

		if (draw(2)) {
			entry.tag = hash_of(MAP_KIND_EXACT + prefix, hash,
					    paths[p], strlen(paths[p]));
			entry.addr = spoiled(rule_at[p][prefix]);
		}
		scatter(at + 8 + i * 8, &entry, sizeof(entry));
	}
}

static void garbage(void)
{
	struct map_slot *slots[] = {(void *)map.chunk[MAP_HOSTS],
				    (void *)map.chunk[MAP_PATHS]};
	uint32_t i;

	for (i = 0; i < MAP_SECTIONS; i++)
		memset(map.chunk[i] + END, draw(256), MAP_SLACK);
	for (i = 0; i < 4; i++)
		group_scatter(group_at[i] = somewhere());
	for (i = 0; i < HOSTS; i++)
		host_scatter(host_at[i] = somewhere(), hosts[i]);
	for (i = 0; i < 2 * PATHS; i++)
		rule_scatter(rule_at[i / 2][i % 2] = somewhere(), paths[i / 2]);
	for (i = 0; i < 16; i++) {
		slots[i % 2][i / 2].addr = spoiled(group_at[draw(4)]);
		slots[i % 2][i / 2].filter = ~0u;
	}
	map.header.hosts.groups = draw(4) ? 1 + draw(8) : draw(~0u);
	map.header.paths.groups = draw(4) ? 1 + draw(8) : draw(~0u);
	map.header.wild[0] = draw(16);
}

/* Whatever is in a map: nothing outside is read, the search ends, and the key
 * is as before. */
static void random_maps(void **state)
{
	static struct map_key before;
	uint32_t round, i, hits = 0;

	(void)state;
	for (round = 0; round < 4000; round++) {
		garbage();
		for (i = 0; i < HOSTS * PATHS; i++) {
			key_set(hosts[i % HOSTS], paths[i / HOSTS]);
			key->has_query = draw(2);
			before = *key;
			hits += map_lookup(&map, key) != 0;
			before.search = key->search;
			assert_memory_equal(key, &before, sizeof(before));
		}
	}
	assert_in_range(hits, 1000, 4000 * HOSTS * PATHS - 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(records, setup),
		cmocka_unit_test_setup(offsets, setup),
		cmocka_unit_test_setup(lengths, setup),
		cmocka_unit_test_setup(lengths_behind_the_end, setup),
		cmocka_unit_test_setup(group_at_the_end, setup),
		cmocka_unit_test_setup(group_count, setup),
		cmocka_unit_test_setup(texts_at_the_end, setup),
		cmocka_unit_test_setup(texts_beyond_the_limit, setup),
		cmocka_unit_test_setup(rules_at_the_end, setup),
		cmocka_unit_test_setup(path_beyond_the_limit, setup),
		cmocka_unit_test_setup(random_maps, setup),
		cmocka_unit_test_setup(random_maps, setup_front),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
