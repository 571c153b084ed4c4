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
#include <zlib.h>

#include "byte_flip.h"
#include "error.h"
#include "fast_map.h"
#include "fastpath.h"
#include "map_build.h"
#include "rule.h"
#include "state.h"
#include "state_init.h"
#include "state_dir.h"

/* A release in BPF memory as a program sees it that does not even look at the
 * sections' sizes. */
struct map {
	const uint8_t *array;
	uint32_t elements;
};

static inline const struct map_header *map_header(const struct map *map)
{
	return (const struct map_header *)map->array;
}

static inline const uint8_t *map_chunk(const struct map *map, int section,
				       uint32_t index)
{
	uint64_t offset = map_header(map)->section[section].offset;
	uint64_t element = (offset >> MAP_CHUNK_SHIFT) + index;

	return element < map->elements ? map->array + element * FAST_ELEMENT
				       : NULL;
}

#define MAP_PREFETCH(pointer) __builtin_prefetch(pointer)
#include "lookup.h"

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

static void array_map(struct map *map, int fd)
{
	struct bpf_map_info info = {0};
	uint32_t len = sizeof(info);
	void *array;

	assert_int_equal(bpf_obj_get_info_by_fd(fd, &info, &len), 0);
	assert_int_equal(info.type, BPF_MAP_TYPE_ARRAY);
	assert_int_equal(info.key_size, 4);
	assert_int_equal(info.value_size, FAST_ELEMENT);
	assert_int_equal(info.map_flags, BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	map->elements = info.max_entries;
	array = mmap(NULL, (size_t)map->elements * FAST_ELEMENT, PROT_READ,
		     MAP_SHARED, fd, 0);
	assert_ptr_not_equal(array, MAP_FAILED);
	map->array = array;
}

static void array_unmap(struct map *map, int fd)
{
	munmap((void *)map->array, (size_t)map->elements * FAST_ELEMENT);
	close(fd);
}

/* Every element that a section has: its bytes of the file, then zeros. */
static uint32_t section_check(const struct map *map, int i, const uint8_t *file,
			      uint32_t first)
{
	const struct map_header *header = (const void *)file;
	const struct map_section *section = &header->section[i];
	static const uint8_t zeros[FAST_ELEMENT];
	uint64_t at, len;

	assert_int_equal(map_header(map)->section[i].offset,
			 (uint64_t)first << MAP_CHUNK_SHIFT);
	for (at = 0; at < section->size; at += MAP_CHUNK, first++) {
		const uint8_t *chunk =
			map->array + (size_t)first * FAST_ELEMENT;

		len = section->size - at;
		len = len < MAP_CHUNK ? len : MAP_CHUNK;
		assert_memory_equal(chunk, file + section->offset + at, len);
		assert_memory_equal(chunk + len, zeros, FAST_ELEMENT - len);
	}
	return first;
}

static void header_check(const struct map *map, const uint8_t *file)
{
	struct map_header in, out = *map_header(map);
	int i;

	memcpy(&in, file, sizeof(in));
	assert_int_equal(out.crc, crc32_z(0, (const void *)&out,
					  offsetof(struct map_header, crc)));
	out.crc = in.crc;
	for (i = 0; i < MAP_SECTIONS; i++)
		out.section[i].offset = in.section[i].offset;
	assert_memory_equal(&in, &out, sizeof(in));
}

static void test_every_byte(void **data)
{
	const struct fast_loaded *loaded;
	char path[PATH_MAX];
	struct stat st;
	struct map map;
	uint32_t next = 1;
	uint8_t *file;
	int fd, i;

	(void)data;
	map_make(20000);
	state_map_path(path, state_dir, live.map);
	assert_int_equal(stat(path, &st), 0);
	fd = open(path, O_RDONLY);
	file = mmap(NULL, st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(file, MAP_FAILED);
	close(fd);
	fd = fast_map_load(state_dir, &live);
	assert_true(fd >= 0);
	array_map(&map, fd);
	header_check(&map, file);
	for (i = 0; i < MAP_SECTIONS; i++)
		next = section_check(&map, i, file, next);
	assert_int_equal(next, map.elements);
	assert_true(next > 2 * MAP_SECTIONS);

	loaded = (const void *)(map.array + FAST_LOADED_AT);
	assert_int_equal(loaded->release, 7);
	assert_int_equal(loaded->inode, st.st_ino);
	assert_int_equal(loaded->written, st.st_mtim.tv_sec * 1000000000ULL +
						  st.st_mtim.tv_nsec);
	assert_string_equal(loaded->name, "7.map");
	array_unmap(&map, fd);
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
	return map_lookup(map, &key);
}

static void test_lookup(void **data)
{
	char host[32], path[32];
	struct map map;
	unsigned int i;
	int fd;

	(void)data;
	map_make(5000);
	fd = fast_map_load(state_dir, &live);
	assert_true(fd >= 0);
	array_map(&map, fd);
	for (i = 0; i < 5000; i++) {
		snprintf(host, sizeof(host), "h%04u.example", i / 50);
		snprintf(path, sizeof(path), "/%u", i);
		assert_int_not_equal(ask(&map, host, path), 0);
		snprintf(path, sizeof(path), "/%u", i + 50);
		assert_int_equal(ask(&map, host, path), 0);
	}
	array_unmap(&map, fd);
}

static void test_no_rules(void **data)
{
	static const struct live_file none = {.release = 9};
	const struct fast_loaded *loaded;
	struct map map;
	int fd;

	(void)data;
	fd = fast_map_load(state_dir, &none);
	assert_true(fd >= 0);
	array_map(&map, fd);
	assert_int_equal(map.elements, 1);
	assert_int_equal(map_header(&map)->rules, 0);
	assert_memory_equal(map_header(&map)->magic, MAP_MAGIC, 8);
	loaded = (const void *)(map.array + FAST_LOADED_AT);
	assert_int_equal(loaded->release, 9);
	assert_string_equal(loaded->name, "");
	assert_int_equal(loaded->inode, 0);
	assert_int_equal(ask(&map, "h0000.example", "/0"), 0);
	assert_int_equal(ask(&map, "", "/"), 0);
	assert_null(map_chunk(&map, MAP_HOSTS, 0));
	assert_null(map_chunk(&map, MAP_PATHS, 0));
	array_unmap(&map, fd);
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
	char path[PATH_MAX];
	int fd, i, before = first_free_fd();

	(void)data;
	map_make(3000);
	state_map_path(path, state_dir, live.map);
	fd = open(path, O_RDONLY);
	assert_int_equal(read(fd, &header, sizeof(header)), sizeof(header));
	close(fd);
	for (i = 0; i < MAP_SECTIONS; i++) {
		uint64_t last =
			header.section[i].offset + header.section[i].size - 1;

		byte_flip(path, last);
		assert_int_equal(fast_map_load(state_dir, &live), -EBADMSG);
		assert_non_null(strstr(error_text(), "7.map"));
		byte_flip(path, last);
	}
	byte_flip(path, 0);
	assert_int_equal(fast_map_load(state_dir, &live), -EBADMSG);
	unlink(path);
	assert_int_equal(fast_map_load(state_dir, &live), -ENOENT);
	assert_non_null(strstr(error_text(), path));
	assert_int_equal(first_free_fd(), before);
}

static bool may_use_bpf(void)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "probe", 4, 4, 1, NULL);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

#define TEST(name)                                             \
	cmocka_unit_test_setup_teardown(name, state_dir_setup, \
					state_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_every_byte),
		TEST(test_lookup),
		TEST(test_no_rules),
		TEST(test_damage),
	};

	if (!may_use_bpf()) {
		puts("SKIP: BPF maps need root");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
