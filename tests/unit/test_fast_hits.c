// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the fast path has counted, in an instance without programs: the test
 * counts in their place.
 */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include <bpf/bpf.h>

#include "error.h"
#include "fast_arena.h"
#include "fast_folder.h"
#include "fast_hits.h"
#include "fast_instance.h"
#include "fast_instance_make.h"
#include "fast_pin.h"
#include "fast_readers.h"
#include "fast_release.h"
#include "fastpath.h"
#include "hits.h"
#include "live_file.h"
#include "overlay_model.h"
#include "state.h"
#include "state_dir.h"
#include "state_init.h"

enum { TOLD_MAX = 8 };

static const struct live_file whole = {.release = 1, .map = "1.map"};
static const struct live_file over = {.release = 2, .map = "2.map"};
static const struct live_file other = {.release = 3, .map = "3.map"};

static char bpffs[] = "/tmp/detour-bpffs-XXXXXX", root[64];

/* What was told of areas. */
static struct told {
	uint64_t arena, area, release, hits;
	uint32_t last;
	bool live, lower;
} told[TOLD_MAX];
static int count;

static int tell(const struct fast_hits *hits, void *arg)
{
	struct told *one = &told[count++];
	struct hit hit[16];
	uint64_t i, k;

	(void)arg;
	assert_in_range(count, 1, TOLD_MAX);
	*one = (struct told){
		.arena = hits->arena,
		.area = hits->area,
		.release = hits->loaded->release,
		.live = hits->live,
		.lower = map_lower(hits->map),
	};
	assert_int_equal(hits->entries, hits_entries(map_header(hits->map)));
	for (i = 0; i < hits->entries; i += 16) {
		fast_hits_read(hits, i, hit, 16);
		for (k = 0; k < 16; k++) {
			one->hits += hit[k].count;
			if (hit[k].last > one->last)
				one->last = hit[k].last;
		}
	}
	return 0;
}

static void save(const char *state, const struct fast_hits *hits)
{
	assert_string_equal(state, state_dir);
	tell(hits, NULL);
	error_set(-EIO, "what is said here is nobody's concern");
}

/* How often, at a rule's record of an area. */
static void hit(const struct fast_instance *instance, bool base, uint32_t more)
{
	const struct fast_area *area;
	struct fast_arena *arena;
	struct map_rule *rule;
	const struct map_header *header;

	assert_int_equal(fast_instance_arena(instance, &arena), 0);
	area = base ? fast_arena_base(arena) : fast_arena_live(arena);
	header = fast_arena_header(arena, area);
	rule = (void *)(fast_arena_memory(arena, area) +
			header->section[MAP_RULE_SLOTS].offset);
	rule->hits += more;
	rule->hit = hits_time(time(NULL));
}

static int arena_pin(const char *folder)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	char path[PATH_MAX + 8];
	int fd, err;

	opts.map_flags = BPF_F_MMAPABLE;
	opts.map_extra = FAST_ARENA_AT;
	fd = bpf_map_create((enum bpf_map_type)FAST_ARENA_TYPE, "arena", 0, 0,
			    FAST_ARENA_PAGES, &opts);
	snprintf(path, sizeof(path), "%s/arena", folder);
	err = fd < 0 ? -1 : bpf_obj_pin(fd, path);
	close(fd);
	return err;
}

static int instance_make(void)
{
	char folder[PATH_MAX], layout[PATH_MAX + 16];

	if (fast_pin_folder(folder, state_dir))
		return -1;
	snprintf(layout, sizeof(layout), "%s/layout_%d", folder, FAST_LAYOUT);
	return fast_folder_make(root) || fast_folder_make(folder) ||
	       fast_folder_make(layout) || fast_readers_make(folder) ||
	       arena_pin(folder);
}

static struct fast_instance *open_instance(void)
{
	struct fast_instance *instance = NULL;

	assert_int_equal(fast_instance_open(&instance, state_dir), 0);
	return instance;
}

static void make_live(const struct fast_instance *instance,
		      const struct live_file *live)
{
	struct fast_release release;

	if (fast_release_load(&release, instance, state_dir, live))
		fail_msg("%s", error_text());
	fast_release_switch(&release);
	fast_release_close(&release);
}

/* A base keeps its counts while what is over it comes and goes; all that goes is
 * told of once, before its memory is given back. */
static void saved_before_it_goes(void **data)
{
	struct fast_instance *instance = open_instance();
	uint64_t base;

	(void)data;
	make_live(instance, &whole);
	hit(instance, false, 3);
	make_live(instance, &over);
	hit(instance, true, 4);
	hit(instance, false, 5);
	assert_int_equal(count, 0);
	fast_instance_close(instance);

	assert_int_equal(fast_hits_each(state_dir, false, tell, NULL), 0);
	assert_int_equal(count, 2);
	assert_true(told[0].live && told[0].lower && told[1].live);
	assert_int_equal(told[0].hits, 5);
	assert_int_equal(told[1].hits, 7);
	assert_in_range(told[1].last, time(NULL) - 60, time(NULL));
	assert_int_not_equal(told[0].arena, 0);
	base = told[1].area;

	count = 0;
	instance = open_instance();
	make_live(instance, &over);
	assert_int_equal(count, 1);
	assert_true(!told[0].live && told[0].lower);
	assert_int_equal(told[0].hits, 5);
	hit(instance, true, 1);
	make_live(instance, &other);
	assert_int_equal(count, 3);
	assert_int_equal(told[1].hits + told[2].hits, 8);
	assert_true(told[1].area == base || told[2].area == base);
	fast_instance_close(instance);
}

/* Both go at once. */
static void an_overlay_with_its_base(void **data)
{
	struct fast_instance *instance = open_instance();

	(void)data;
	make_live(instance, &over);
	hit(instance, true, 1);
	hit(instance, false, 2);
	error_set(-EIO, "kept");
	make_live(instance, &other);
	assert_int_equal(count, 2);
	assert_int_equal(told[0].hits + told[1].hits, 3);
	assert_true(told[0].lower != told[1].lower);
	assert_string_equal(error_text(), "kept");
	fast_instance_close(instance);
}

/* What a killed command left is seen by who holds the lock, and goes. */
static void left_by_a_killed_one(void **data)
{
	struct fast_instance *instance = open_instance();
	struct fast_release release;

	(void)data;
	make_live(instance, &whole);
	hit(instance, false, 9);
	assert_int_equal(
		fast_release_load(&release, instance, state_dir, &other), 0);
	fast_release_switch(&release);
	fast_instance_close(instance);
	assert_int_equal(fast_hits_each(state_dir, false, tell, NULL), 0);
	assert_int_equal(count, 1);
	assert_int_equal(told[0].hits, 0);
	assert_int_equal(fast_hits_each(state_dir, true, tell, NULL), 0);
	assert_int_equal(count, 3);
	assert_int_equal(told[1].hits + told[2].hits, 9);
	count = 0;
	instance = open_instance();
	make_live(instance, &over);
	assert_int_equal(count, 2);
	assert_int_equal(told[0].hits, 9);
	assert_false(told[0].live);
	fast_hits_leave_all(instance);
	assert_int_equal(count, 4);
	fast_instance_close(instance);
}

static void nobody_saves(void **data)
{
	struct fast_instance *instance = open_instance();

	(void)data;
	fast_area_hits_saver(NULL);
	make_live(instance, &whole);
	hit(instance, false, 1);
	make_live(instance, &over);
	make_live(instance, &other);
	fast_hits_leave_all(instance);
	assert_int_equal(count, 0);
	fast_instance_close(instance);
}

static int stop(const struct fast_hits *hits, void *arg)
{
	(void)hits;
	(void)arg;
	return 7;
}

static void what_is_not_there(void **data)
{
	struct fast_instance *instance;

	(void)data;
	assert_int_equal(fast_hits_each(state_dir, false, tell, NULL), 0);
	assert_int_equal(fast_hits_each(state_dir, true, tell, NULL), 0);
	assert_int_equal(count, 0);
	instance = open_instance();
	make_live(instance, &whole);
	fast_instance_close(instance);
	assert_int_equal(fast_hits_each(state_dir, false, stop, NULL), 7);
	assert_int_equal(fast_hits_each("/nowhere/state", false, tell, NULL),
			 -ENOENT);
}

/* Two arenas are never taken for one. */
static void ids(void **data)
{
	struct fast_instance *instance;
	char folder[PATH_MAX];
	uint64_t id[2];
	int i;

	(void)data;
	for (i = 0; i < 2; i++) {
		struct fast_arena *arena;

		instance = open_instance();
		assert_int_equal(fast_instance_arena(instance, &arena), 0);
		assert_int_equal(fast_arena_id(arena), 0);
		make_live(instance, &whole);
		id[i] = fast_arena_id(arena);
		make_live(instance, &other);
		assert_int_equal(fast_arena_id(arena), id[i]);
		assert_int_not_equal(id[i], 0);
		fast_instance_close(instance);
		if (i)
			break;
		assert_int_equal(fast_pin_folder(folder, state_dir), 0);
		assert_int_equal(fast_instance_remove(folder), 0);
		assert_int_equal(instance_make(), 0);
	}
	assert_int_not_equal(id[0], id[1]);
}

static void seconds(void **data)
{
	static const struct {
		uint64_t then, now, told;
	} rows[] = {
		{1800000000, 1800000000, 1800000000},
		{1800000015, 1800000015, 1800000000},
		{1800000000, 1800000000 + 86400 * 11, 1800000000},
		{1800000100, 1800000000, 1800000000}, /* clocks differ */
		{1800000000, 1800000000 + 65536 * 16, 1800000000 + 65536 * 16},
		{16, 20, 16},
	};
	size_t i;

	(void)data;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(hits_seconds(hits_time(rows[i].then),
					      rows[i].now),
				 rows[i].told);
}

/* Every address has an entry of its own, and no other has. */
static void entries(void **data)
{
	struct map_header header = {
		.table[MAP_TABLE_HOSTS].slot_shift = 6,
		.table[MAP_TABLE_RULES].slot_shift = 7,
		.section[MAP_HOST_SLOTS].size = 3 * 64,
		.section[MAP_RULE_SLOTS].size = 5 * 128,
	};
	uint32_t i;

	(void)data;
	assert_int_equal(hits_entries(&header), 8);
	for (i = 0; i < 3; i++) {
		assert_int_equal(hits_index(&header, MAP_ADDR_HOST | (i + 1)),
				 i);
		assert_int_equal(hits_addr(&header, i),
				 MAP_ADDR_HOST | (i + 1));
	}
	for (i = 0; i < 5; i++) {
		assert_int_equal(hits_index(&header, i + 1), 3 + i);
		assert_int_equal(hits_addr(&header, 3 + i), i + 1);
	}
	assert_true(hits_index(&header, 0) == HITS_NONE);
	assert_true(hits_index(&header, 6) == HITS_NONE);
	assert_true(hits_index(&header, MAP_ADDR_HOST) == HITS_NONE);
	assert_true(hits_index(&header, MAP_ADDR_HOST | 4) == HITS_NONE);
	assert_true(hits_index(&header, ~0u) == HITS_NONE);
	assert_int_equal(hits_addr(&header, 8), 0);
	assert_int_equal(hits_addr(&header, HITS_NONE), 0);
}

static void maps_make(void)
{
	static struct model from, to;
	char path[PATH_MAX], over_path[PATH_MAX];
	struct map *map;
	unsigned int p;

	for (p = 0; p < MODEL_PLAIN; p++)
		from.version[5][p] = from.version[9][p] = 1;
	to = from;
	to.version[5][3] = 2;
	state_map_path(path, state_dir, whole.map);
	state_map_path(over_path, state_dir, over.map);
	map = model_compile(&from, path);
	model_overlay(over_path, map, &from, &to, 7);
	map_close(map);
	to.version[9][3] = 3;
	state_map_path(path, state_dir, other.map);
	map_close(model_compile(&to, path));
}

static int setup(void **data)
{
	count = 0;
	memset(told, 0, sizeof(told));
	if (state_dir_setup(data) || state_init(state_dir, stderr) ||
	    instance_make())
		return -1;
	maps_make();
	fast_area_hits_saver(save);
	return 0;
}

static int teardown(void **data)
{
	char folder[PATH_MAX];

	return fast_pin_folder(folder, state_dir) ||
	       fast_instance_remove(folder) || state_dir_teardown(data);
}

static int group_setup(void **data)
{
	(void)data;
	if (unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    !mkdtemp(bpffs) || mount("bpf", bpffs, "bpf", 0, "mode=0755"))
		return -1;
	snprintf(root, sizeof(root), "%s/detour", bpffs);
	return setenv("DETOUR_BPFFS", root, 1);
}

static int group_teardown(void **data)
{
	(void)data;
	return umount2(bpffs, MNT_DETACH) || rmdir(bpffs);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seconds),  cmocka_unit_test(entries),
		TEST(saved_before_it_goes), TEST(an_overlay_with_its_base),
		TEST(left_by_a_killed_one), TEST(nobody_saves),
		TEST(what_is_not_there),    TEST(ids),
	};

	if (geteuid()) {
		puts("SKIP: BPF maps need root");
		return 0;
	}
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
