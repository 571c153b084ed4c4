// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <cmocka.h>
#include <bpf/bpf.h>

#include "byte_flip.h"
#include "error.h"
#include "fast_arena.h"
#include "fast_map.h"
#include "fastpath.h"
#include "map_build.h"
#include "rule.h"
#include "state.h"
#include "state_init.h"
#include "state_dir.h"

/* A release in the arena as the programs see it. */
struct map {
	const uint8_t *memory;
};

static inline const struct map_header *map_header(const struct map *map)
{
	return (const void *)map->memory;
}

static inline const __u8 *map_bytes(const struct map *map, int section_id,
				    __u64 at, __u32 len)
{
	const struct map_section *section =
		&map_header(map)->section[section_id];

	if (at > section->size || len > section->size - at)
		return (const uint8_t *)FAST_ARENA_AT + FAST_ZEROS_AT;
	return map->memory + section->offset + at;
}

#define MAP_PREFETCH(pointer) __builtin_prefetch(pointer)
#include "lookup_rule.h"

static struct fast_arena *arena;
static int arena_fd;
static struct fast_control *const control = (void *)FAST_ARENA_AT;

static int arena_create(void)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);

	opts.map_flags = BPF_F_MMAPABLE;
	opts.map_extra = FAST_ARENA_AT;
	return bpf_map_create((enum bpf_map_type)FAST_ARENA_TYPE, "arena", 0, 0,
			      FAST_ARENA_PAGES, &opts);
}

static const struct live_file live = {.release = 7, .map = "7.map"};

static void map_make(unsigned int rules)
{
	char path[PATH_MAX], source[64];
	struct map_build *build;
	struct rule rule = {
		.source = source,
		.target = "https://t.example/",
		.tag = "",
		.note = "",
		.headers = "",
		.target_len = 18,
		.max_age = 3600,
		.code = 301,
	};
	unsigned int i;

	assert_int_equal(state_init(state_dir, stderr), 0);
	state_map_path(path, state_dir, live.map);
	unlink(path);
	assert_int_equal(map_build_open(&build, path), 0);
	for (i = 0; i < rules; i++) {
		rule.source_len = snprintf(source, sizeof(source),
					   "h%04u.example/%u", i / 50, i);
		assert_int_equal(map_build_add(build, &rule), 0);
	}
	assert_int_equal(map_build_finish(build), 0);
	map_build_free(build);
}

static struct map area_map(const struct fast_area *area)
{
	return (struct map){fast_arena_memory(arena, area)};
}

/* A file's bytes, and a page of zeros. */
static void copy_check(const struct fast_area *area, const uint8_t *file,
		       uint64_t size)
{
	static const uint8_t zeros[MAP_PAGE];
	const uint8_t *memory = fast_arena_memory(arena, area);
	uint64_t padded = (size + MAP_PAGE - 1) / MAP_PAGE * MAP_PAGE;

	assert_int_equal(area->size, padded + MAP_PAGE);
	assert_memory_equal(memory, file, size);
	assert_memory_equal(memory + padded, zeros, MAP_PAGE);
}

static void test_every_byte(void **data)
{
	struct fast_area *area;
	char path[PATH_MAX];
	struct stat st;
	uint8_t *file;
	int fd;

	(void)data;
	map_make(20000);
	state_map_path(path, state_dir, live.map);
	assert_int_equal(stat(path, &st), 0);
	fd = open(path, O_RDONLY);
	file = mmap(NULL, st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(file, MAP_FAILED);
	close(fd);
	assert_int_equal(fast_map_load(arena, state_dir, &live, &area), 0);
	copy_check(area, file, st.st_size);
	assert_int_equal(area->loaded.release, 7);
	assert_int_equal(area->loaded.inode, st.st_ino);
	assert_int_equal(area->loaded.written,
			 st.st_mtim.tv_sec * 1000000000ULL +
				 st.st_mtim.tv_nsec);
	assert_int_equal(area->loaded.crc, fast_arena_header(arena, area)->crc);
	assert_string_equal(area->loaded.name, "7.map");
	munmap(file, st.st_size);
}

static uint32_t ask(const struct map *map, const char *host, const char *path)
{
	static struct map_key key;

	memset(&key, 0, sizeof(key));
	key.host_len = strlen(host);
	key.path_len = strlen(path);
	memcpy(key.host, host, key.host_len);
	memcpy(key.path, path, key.path_len);
	return map_lookup_rule(map, &key);
}

static void test_lookup(void **data)
{
	char host[32], path[32];
	struct fast_area *area;
	struct map map;
	unsigned int i;

	(void)data;
	map_make(5000);
	assert_int_equal(fast_map_load(arena, state_dir, &live, &area), 0);
	map = area_map(area);
	for (i = 0; i < 5000; i++) {
		snprintf(host, sizeof(host), "h%04u.example", i / 50);
		snprintf(path, sizeof(path), "/%u", i);
		assert_int_not_equal(ask(&map, host, path), 0);
		snprintf(path, sizeof(path), "/%u", i + 50);
		assert_int_equal(ask(&map, host, path), 0);
	}
}

static void test_no_rules(void **data)
{
	static const struct live_file none = {.release = 9};
	struct fast_area *area;
	struct map map;

	(void)data;
	assert_int_equal(fast_map_load(arena, state_dir, &none, &area), 0);
	map = area_map(area);
	assert_int_equal(area->size, 2 * MAP_PAGE);
	assert_int_equal(map_header(&map)->rules, 0);
	assert_memory_equal(map_header(&map)->magic, MAP_MAGIC, 8);
	assert_int_equal(area->loaded.release, 9);
	assert_string_equal(area->loaded.name, "");
	assert_int_equal(area->loaded.inode, 0);
	assert_int_equal(ask(&map, "h0000.example", "/0"), 0);
	assert_int_equal(ask(&map, "", "/"), 0);
}

static int first_free_fd(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

static void test_damage(void **data)
{
	struct map_header header;
	struct fast_area *area;
	char path[PATH_MAX];
	int fd, i, before;
	uint64_t used;

	(void)data;
	map_make(3000);
	assert_int_equal(fast_map_load(arena, state_dir, &live, &area), 0);
	assert_int_equal(fast_arena_drop(arena, area), 0);
	before = first_free_fd();
	used = fast_arena_used(arena);
	state_map_path(path, state_dir, live.map);
	fd = open(path, O_RDONLY);
	assert_int_equal(read(fd, &header, sizeof(header)), sizeof(header));
	close(fd);
	for (i = 0; i < MAP_SECTIONS; i++) {
		uint64_t last =
			header.section[i].offset + header.section[i].size - 1;

		if (!header.section[i].size)
			continue;
		byte_flip(path, last);
		assert_int_equal(fast_map_load(arena, state_dir, &live, &area),
				 -EBADMSG);
		assert_null(area);
		assert_non_null(strstr(error_text(), "7.map"));
		byte_flip(path, last);
	}
	byte_flip(path, 0);
	assert_int_equal(fast_map_load(arena, state_dir, &live, &area),
			 -EBADMSG);
	unlink(path);
	assert_int_equal(fast_map_load(arena, state_dir, &live, &area),
			 -ENOENT);
	assert_non_null(strstr(error_text(), path));
	assert_int_equal(first_free_fd(), before);
	assert_int_equal(fast_arena_used(arena), used);
}

/* An entry of the list without memory in its area. */
static struct fast_area *claim(int i, uint64_t at, uint64_t size)
{
	control->area[i] = (struct fast_area){.at = at, .size = size};
	return &control->area[i];
}

static void test_no_room(void **data)
{
	uint64_t used;
	struct fast_area *area, *large;

	(void)data;
	map_make(3000);
	large = claim(3, FAST_AREAS_AT + 8 * MAP_PAGE,
		      FAST_ARENA_SIZE - FAST_AREAS_AT - 8 * MAP_PAGE);
	used = fast_arena_used(arena);
	assert_int_equal(fast_map_load(arena, state_dir, &live, &area), -EFBIG);
	assert_null(area);
	assert_non_null(strstr(error_text(), "release 7"));
	assert_non_null(strstr(error_text(), "4 GiB at most and 32 KiB left"));
	assert_int_equal(fast_arena_used(arena), used);
	large->size = 0;
	assert_int_equal(fast_map_load(arena, state_dir, &live, &area), 0);
}

/* What is written there by somebody else is no area. */
static void test_entries_that_are_none(void **data)
{
	static const struct {
		uint64_t at, size;
	} rows[] = {
		{0, MAP_PAGE},
		{MAP_PAGE, 4 * MAP_PAGE},
		{FAST_AREAS_AT + 1, MAP_PAGE},
		{FAST_AREAS_AT, MAP_PAGE + 1},
		{FAST_AREAS_AT, FAST_ARENA_SIZE},
		{FAST_ARENA_SIZE, MAP_PAGE},
		{~0ULL & ~(MAP_PAGE - 1ULL), 2 * MAP_PAGE},
		{FAST_AREAS_AT, ~0ULL & ~(MAP_PAGE - 1ULL)},
	};
	struct fast_area *area;
	size_t i;

	(void)data;
	_Static_assert(sizeof(rows) / sizeof(*rows) <= FAST_AREAS, "rows");
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		claim(i, rows[i].at, rows[i].size);
	control->live = 1ULL << 32 | MAP_PAGE;
	assert_null(fast_arena_live(arena));
	assert_null(fast_arena_base(arena));
	assert_int_equal(fast_arena_used(arena), FAST_AREAS_AT);
	assert_int_equal(fast_arena_tidy(arena), 0);
	assert_int_equal(fast_arena_take(arena, 5000, &area), 0);
	assert_int_equal(area->at, FAST_AREAS_AT);
	assert_int_equal(area->size, 3 * MAP_PAGE);
}

static bool overlaps(const struct fast_area *one, const struct fast_area *other)
{
	return one != other && one->size && other->size &&
	       one->at < other->at + other->size &&
	       other->at < one->at + one->size;
}

/* Memory comes and goes: no two areas overlap, none is seen with what was there
 * before, and the list is of all that there is. */
static void test_take_and_drop(void **data)
{
	static const uint8_t zeros[32 * MAP_PAGE];
	struct fast_area *held[FAST_AREAS] = {NULL}, *area;
	unsigned int round, i, count = 0, full = 0;
	uint64_t used;
	int err;

	(void)data;
	srand(1);
	for (round = 0; round < 1000; round++) {
		i = rand() % FAST_AREAS;
		if (held[i] && count < FAST_AREAS && rand() % 32)
			continue;
		if (held[i]) {
			used = fast_arena_used(arena) - held[i]->size;
			assert_int_equal(fast_arena_drop(arena, held[i]), 0);
			assert_int_equal(fast_arena_used(arena), used);
			held[i] = NULL;
			count--;
			continue;
		}
		count++;
		err = fast_arena_take(arena, rand() % (30 * MAP_PAGE) + 1,
				      &area);
		assert_int_equal(err, 0);
		assert_memory_equal(fast_arena_memory(arena, area), zeros,
				    area->size);
		memset(fast_arena_memory(arena, area), 0xff, area->size);
		for (i = 0; i < FAST_AREAS; i++)
			assert_false(overlaps(area, &control->area[i]));
		for (i = 0; held[i]; i++)
			;
		held[i] = area;
		full += count == FAST_AREAS;
	}
	assert_true(full > 0);
}

/* All but the live map and its base, of which programs know. */
static void test_tidy(void **data)
{
	struct fast_area *area[5];
	unsigned int i;

	(void)data;
	for (i = 0; i < 5; i++)
		assert_int_equal(fast_arena_take(arena, MAP_PAGE, &area[i]), 0);
	assert_null(fast_arena_live(arena));
	fast_arena_switch(arena, area[3], area[1]);
	assert_ptr_equal(fast_arena_live(arena), area[3]);
	assert_ptr_equal(fast_arena_base(arena), area[1]);
	assert_int_equal(fast_arena_tidy(arena), 0);
	for (i = 0; i < 5; i++)
		assert_int_equal(!!area[i]->size, i == 3 || i == 1);
	fast_arena_switch(arena, area[1], NULL);
	assert_null(fast_arena_base(arena));
	assert_int_equal(fast_arena_tidy(arena), 0);
	assert_int_equal(area[3]->size, 0);
	assert_int_not_equal(area[1]->size, 0);
	fast_arena_switch(arena, NULL, NULL);
	assert_int_equal(fast_arena_tidy(arena), 0);
	assert_int_equal(fast_arena_used(arena), FAST_AREAS_AT);
}

/* Who maps it later sees the same. */
static void test_another_mapping(void **data)
{
	struct fast_area *area;

	(void)data;
	assert_int_equal(fast_arena_take(arena, MAP_PAGE, &area), 0);
	memset(fast_arena_memory(arena, area), 7, 100);
	fast_arena_switch(arena, area, NULL);
	fast_arena_close(arena);
	assert_int_equal(fast_arena_open(&arena, arena_fd, ""), 0);
	area = (struct fast_area *)fast_arena_live(arena);
	assert_non_null(area);
	assert_int_equal(fast_arena_memory(arena, area)[99], 7);
}

static int setup(void **data)
{
	arena_fd = arena_create();
	if (arena_fd < 0 || fast_arena_open(&arena, arena_fd, ""))
		return -1;
	return state_dir_setup(data);
}

static int teardown(void **data)
{
	fast_arena_close(arena);
	close(arena_fd);
	return state_dir_teardown(data);
}

static bool may_use_bpf(void)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "probe", 4, 4, 1, NULL);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_every_byte),	    TEST(test_lookup),
		TEST(test_no_rules),	    TEST(test_damage),
		TEST(test_no_room),	    TEST(test_entries_that_are_none),
		TEST(test_take_and_drop),   TEST(test_tidy),
		TEST(test_another_mapping),
	};

	if (!may_use_bpf()) {
		puts("SKIP: BPF maps need root");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
