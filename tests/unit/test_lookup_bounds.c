// SPDX-License-Identifier: BSD-2-Clause
#include "pane_map.h"

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
