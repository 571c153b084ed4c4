// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <zlib.h>

#include "map_each.h"
#include "overlay_model.h"
#include "state_dir.h"

/* A map's file, and its header as it was. */
static char map_path_text[PATH_MAX];
static struct map_header sound;

static void header_write(const struct map_header *header, off_t size)
{
	struct map_header made = *header;
	int fd = open(map_path_text, O_RDWR);

	made.crc = crc32_z(0, (void *)&made, offsetof(struct map_header, crc));
	assert_int_equal(pwrite(fd, &made, sizeof(made), 0), sizeof(made));
	assert_int_equal(ftruncate(fd, size), 0);
	close(fd);
}

static int setup(void **data)
{
	int err = state_dir_setup(data);
	struct model model = {0};
	struct map *map;
	unsigned int h, p;

	snprintf(map_path_text, sizeof(map_path_text), "%s/1.map",
		 state_dir_base);
	for (h = 0; h < MODEL_HOSTS; h++)
		for (p = 0; p < MODEL_PATHS; p++)
			model.version[h][p] = 1 + h + p;
	map = model_compile(&model, map_path_text);
	sound = map->header;
	map_close(map);
	return err;
}

/* What is given can be read, is what stands there, and goes on as far as it is
 * promised. */
static void bytes_check(const struct map *map, int section, uint64_t at,
			uint32_t len)
{
	const struct map_section *s = &map->header.section[section];
	const uint8_t *bytes = map_bytes(map, section, at, len);
	const uint8_t *end = bytes + len + MAP_SLACK;

	assert_true(len <= MAP_READ);
	if (at <= s->size && len <= s->size - at) {
		assert_ptr_equal(bytes, map->data + s->offset + at);
		assert_true(end <= map->data + map->mapped);
	} else {
		assert_ptr_equal(bytes, map_zeros);
		assert_int_equal((uintptr_t)bytes % 8, 0);
	}
	while (bytes < end)
		(void)*(const volatile uint8_t *)bytes++;
}

static void edges_check(const struct map *map)
{
	static const uint32_t lens[] = {0,   1,	   8,	  32,
					512, 8000, 65535, MAP_READ};
	int section, from, i;
	size_t n;

	for (section = 0; section < MAP_SECTIONS; section++)
		for (n = 0; n < sizeof(lens) / sizeof(*lens); n++)
			for (i = 0; i < 3 * 5; i++) {
				const uint64_t ends[] = {
					0, map->header.section[section].size,
					map->header.section[section].size -
						lens[n],
					~0ULL, 1ULL << 35};

				from = i % 3 - 1;
				bytes_check(map, section, ends[i / 3] + from,
					    lens[n]);
			}
}

static void test_bytes(void **data)
{
	struct map_header header;
	struct map *map;
	off_t size;
	int i;

	(void)data;
	assert_int_equal(map_open(&map, map_path_text), 0);
	edges_check(map);
	map_close(map);
	/* Each section goes on to the file's end, which ends anywhere in a
	 * page. */
	for (size = sound.file_size;
	     size > (off_t)sound.section[MAP_ANSWERS].offset +
			    (off_t)sound.section[MAP_ANSWERS].size;
	     size -= 409) {
		header = sound;
		header.file_size = size;
		for (i = 0; i < MAP_SECTIONS; i++)
			header.section[i].size =
				size - header.section[i].offset;
		header_write(&header, size);
		assert_int_equal(map_open(&map, map_path_text), 0);
		edges_check(map);
		map_close(map);
	}
}

static int rule_count(const struct rule *rule, void *arg)
{
	unsigned long *rules = arg;

	assert_int_equal(rule->source[rule->source_len], 0);
	++*rules;
	return 0;
}

static int match_text(void *arg, const struct map *map, uint32_t host,
		      uint32_t addr)
{
	static struct rule_buffer buffer;
	struct rule rule;

	(void)arg;
	map_rule_text(&rule, &buffer, map, host, addr);
	return 0;
}

static void all_ask(const struct map *map)
{
	static char out[ANSWER_MAX];
	unsigned long rules = 0;
	struct map_key key;
	uint64_t count;
	size_t h, p;
	int err;

	for (h = 0; h < MODEL_COUNT(model_asked_hosts); h++)
		for (p = 0; p < MODEL_COUNT(model_asked); p++) {
			map_key_of(&key, model_asked_hosts[h], model_asked[p]);
			answer_match(out, map, &key,
				     "Thu, 01 Jan 1970 00:00:00 GMT",
				     ANSWER_CLOSE);
			map_levels_each(map, &key, match_text, NULL);
		}
	assert_int_equal(map_each(map, NULL, rule_count, &rules, &count), 0);
	assert_int_equal(rules, count);
	err = map_each_source(map, rule_count, &rules);
	assert_true(!err || err == -EBADMSG); /* the latter for damage */
}

static uint64_t some(uint64_t near)
{
	switch (rand() % 6) {
	case 0:
		return near + rand() % 3 - 1;
	case 1:
		return rand() % 300;
	case 2:
		return ~0ULL >> rand() % 64;
	case 3:
		return near ^ 1ULL << rand() % 40;
	default:
		return near;
	}
}

/* Whatever stands in a header: it is refused, or harmless. */
static void test_headers(void **data)
{
	unsigned int round, opened = 0;
	struct map_header header;
	struct map *map;
	int i;

	(void)data;
	for (round = 0; round < 6000; round++) {
		srand(round);
		header = sound;
		i = rand() % MAP_SECTIONS;
		header.section[i].size = some(header.section[i].size);
		if (rand() % 3 == 0)
			header.section[i].offset =
				some(header.section[i].offset);
		i = rand() % MAP_TABLES;
		header.table[i].slots = some(header.table[i].slots);
		header.table[i].buckets = some(header.table[i].buckets);
		if (rand() % 3 == 0)
			header.table[i].part_bits = some(rand() % 3);
		if (rand() % 3 == 0)
			header.table[i].slot_shift = some(6 + rand() % 3);
		if (rand() % 3 == 0)
			header.answers = some(header.answers);
		header.wild[0] = some(header.wild[0]);
		header_write(&header, sound.file_size);
		if (map_open(&map, map_path_text))
			continue;
		opened++;
		all_ask(map);
		map_close(map);
	}
	assert_in_range(opened, 300, 5700);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, setup, state_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_bytes),
		TEST(test_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
