// SPDX-License-Identifier: BSD-2-Clause
#include "pane_map.h"

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
		cmocka_unit_test_setup(random_maps, setup),
		cmocka_unit_test_setup(random_maps, setup_front),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
