// SPDX-License-Identifier: BSD-2-Clause
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "change.h"
#include "live_map.h"
#include "map_file.h"
#include "overlay_model.h"
#include "release.h"
#include "rule.h"
#include "state.h"
#include "state_dir.h"
#include "store.h"
#include "store_rule.h"

/* Rules that make the base large enough; none of them is asked for. */
enum { FILLER = 9000 };

static const struct change_note note = {.command = "test", .added = 1};

/* What every release has, and the filler's rules, which come and go at once. */
struct history {
	struct model model[400];
	uint64_t last;
};

static struct history history;
static char whole_path[PATH_MAX];

static struct change *begin(void)
{
	struct change *change;

	assert_int_equal(change_begin(&change, state_dir, false, stderr), 0);
	return change;
}

static void commit(struct change *change)
{
	uint64_t rules;

	assert_int_equal(change_commit(change, &note, &rules), 0);
	change_free(change);
	assert_int_equal(rules, model_count(&history.model[history.last]) +
					(history.last ? FILLER : 0));
}

static void filler_write(struct change *change, bool anew)
{
	struct rule rule = {
		.source = "filler.test/",
		.target = "https://t.example/",
		.tag = "",
		.note = "",
		.headers = "",
		.target_len = 18,
		.max_age = 3600,
		.code = 301,
	};
	char source[40];
	int i;

	for (i = 0; i < FILLER; i++) {
		rule.source_len =
			snprintf(source, sizeof(source), "filler.test/%d", i);
		rule.source = source;
		if (anew)
			assert_int_equal(
				store_rule_remove(change_store(change),
						  change_number(change), &rule),
				0);
		assert_int_equal(store_rule_add(change_store(change),
						change_number(change), &rule),
				 0);
	}
}

typedef int store_fn(struct store *store, uint64_t release,
		     const struct rule *rule);

static void rules_each(struct change *change, store_fn *fn,
		       const struct model *model, unsigned int h,
		       unsigned int p)
{
	unsigned int version = model->version[h][p];
	struct rule rule;
	int i;

	for (i = 0; i <= model_is_both(version); i++) {
		rule = model_rule_of(version, h, p, i);
		assert_int_equal(fn(change_store(change), change_number(change),
				    &rule),
				 0);
	}
}

/* A release with a model's rules in place of those of the latest. */
static void rules_write(struct change *change, const struct model *from,
			const struct model *to)
{
	unsigned int h, p;

	for (h = 0; h < MODEL_HOSTS; h++) {
		for (p = 0; p < MODEL_PATHS; p++) {
			if (from->version[h][p] == to->version[h][p])
				continue;
			if (from->version[h][p])
				rules_each(change, store_rule_remove, from, h,
					   p);
			if (to->version[h][p])
				rules_each(change, store_rule_add, to, h, p);
		}
	}
}

static void step_change(bool whole)
{
	const struct model *from = &history.model[history.last];
	struct model *to = &history.model[history.last + 1];
	unsigned int i, n = rand() % 4 + 1, h;
	struct change *change = begin();

	*to = *from;
	for (i = 0; i < n; i++) {
		h = rand() % MODEL_HOSTS;
		if (rand() % 6 == 0)
			memset(to->version[h], 0, sizeof(to->version[h]));
		else
			to->version[h][rand() % MODEL_PATHS] =
				rand() % 4 ? rand() % 100 + 1 : 0;
	}
	to->version[rand() % MODEL_HOSTS][0] += 101; /* it is a change */
	assert_int_equal(change_take_rows(change), 0);
	if (!history.last || whole)
		filler_write(change, history.last != 0);
	rules_write(change, from, to);
	history.last++;
	commit(change);
}

static void step_rollback(void)
{
	/* Mostly to one whose map is still there. */
	unsigned int back = rand() % (rand() % 4 ? 3 : 300) + 1;
	uint64_t to = history.last - back % history.last;
	struct change *change;

	if (to == history.last)
		return;
	change = begin();
	assert_int_equal(change_restore(change, to), 0);
	history.model[history.last + 1] = history.model[to];
	history.last++;
	commit(change);
}

/* Open what is live and compare it. Returns whether it is an overlay. */
static bool live_check_model(void)
{
	struct live_file live;
	struct map *have, *want;
	bool overlay;

	assert_int_equal(release_open_map(state_dir, &live, &have, stderr), 0);
	assert_int_equal(live.release, history.last);
	want = model_compile(&history.model[history.last], whole_path);
	model_compare(want, have);
	overlay = map_lower(have);
	map_close(want);
	map_close(have);
	return overlay;
}

/* There are the maps of three releases and their bases, and no others. */
static void maps_check(void)
{
	char path[PATH_MAX], base[3][MAP_NAME] = {{0}};
	struct dirent *entry;
	uint64_t number, i;
	struct map *map;
	DIR *dir;

	for (i = 0; i < 3 && i < history.last; i++) {
		snprintf(path, sizeof(path), "%s/maps/%llu.map", state_dir,
			 (unsigned long long)(history.last - i));
		assert_int_equal(map_open(&map, path), 0);
		strcpy(base[i], map_lower_name(map));
		map_close(map);
	}
	snprintf(path, sizeof(path), "%s/maps", state_dir);
	dir = opendir(path);
	while ((entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		number = strtoull(entry->d_name, NULL, 10);
		if (number + 2 < history.last &&
		    strcmp(entry->d_name, base[0]) &&
		    strcmp(entry->d_name, base[1]) &&
		    strcmp(entry->d_name, base[2]))
			fail_msg("%s is nobody's", entry->d_name);
	}
	closedir(dir);
}

static int setup(void **data)
{
	int err = state_dir_setup(data);

	memset(&history, 0, sizeof(history));
	snprintf(whole_path, sizeof(whole_path), "%s/w.map", state_dir_base);
	return err;
}

static void test_random_steps(void **data)
{
	unsigned int step, overlays = 0, wholes = 0;

	(void)data;
	srand(7);
	step_change(true);
	for (step = 0; step < 300; step++) {
		unsigned int kind = rand() % 40;

		if (kind == 0)
			step_change(true);
		else if (kind < 10)
			step_rollback();
		else
			step_change(false);
		if (live_check_model())
			overlays++;
		else
			wholes++;
		maps_check();
	}
	assert_true(overlays > 200);
	assert_true(wholes > 5);
}

static void file_path(char *path, uint64_t change)
{
	snprintf(path, PATH_MAX, "%s/maps/%llu.map", state_dir,
		 (unsigned long long)change);
}

static void map_spoil(uint64_t change, off_t at)
{
	char path[PATH_MAX];
	uint8_t byte;
	int fd;

	file_path(path, change);
	fd = open(path, O_RDWR);
	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

/* What is damaged is compiled anew, whole; later releases build on that. */
static void test_damage(void **data)
{
	uint64_t base, damaged;
	char path[PATH_MAX];
	int kind;

	(void)data;
	srand(3);
	step_change(true);
	for (kind = 0; kind < 6; kind++) {
		base = history.last;
		step_change(false);
		assert_true(live_check_model());
		damaged = kind < 3 ? base : history.last;
		file_path(path, damaged);
		if (kind % 3 == 0)
			map_spoil(damaged, MAP_PAGE + 8);
		else if (kind % 3 == 1)
			assert_int_equal(truncate(path, 5000), 0);
		else
			assert_int_equal(unlink(path), 0);
		assert_false(live_check_model());
		step_change(false);
		assert_true(live_check_model());
		step_change(true);
	}
}

/* A damaged overlay is no ground for another one, nor a lost base. */
static void test_change_on_damage(void **data)
{
	char path[PATH_MAX];
	uint64_t base;

	(void)data;
	srand(4);
	step_change(true);
	step_change(false);
	map_spoil(history.last, MAP_PAGE + 8);
	step_change(false);
	assert_false(live_check_model());
	base = history.last;
	step_change(false);
	assert_true(live_check_model());
	file_path(path, base);
	unlink(path);
	step_change(false);
	assert_false(live_check_model());
	/* ... and a release over the lost one is restored from the store. */
	step_change(false);
	step_rollback();
	live_check_model();
	maps_check();
}

/* A server that follows has one base for all overlays over it, and what its
 * workers hold stays. */
static void test_followed(void **data)
{
	const struct map *first, *second;
	struct live *live;

	(void)data;
	srand(5);
	step_change(true);
	assert_int_equal(live_open(&live, state_dir, 2), 0);
	first = live_enter(live, 0);
	assert_null(map_lower(first));
	step_change(false);
	assert_int_equal(live_check(live), 1);
	second = live_enter(live, 1);
	assert_ptr_equal(map_lower(second), first);
	step_change(false);
	assert_int_equal(live_check(live), 1);
	assert_int_equal(live_reap(live), 2);
	live_leave(live, 0);
	assert_int_equal(live_reap(live), 1);
	first = live_enter(live, 0);
	assert_ptr_equal(map_lower(first), map_lower(second));
	live_leave(live, 1);
	assert_int_equal(live_reap(live), 0);
	assert_int_equal(map_verify(first), 0);
	assert_int_equal(live_rules(live),
			 model_count(&history.model[history.last]) + FILLER);
	step_change(true);
	assert_int_equal(live_check(live), 1);
	assert_int_equal(live_reap(live), 1);
	assert_int_equal(map_verify(first), 0);
	live_leave(live, 0);
	assert_int_equal(live_reap(live), 0);
	step_change(false);
	assert_int_equal(live_check(live), 1);
	live_close(live);
}

/* A server does not take over an overlay that is damaged, nor its base. */
static void test_followed_damage(void **data)
{
	struct live *live;

	(void)data;
	srand(6);
	step_change(true);
	assert_int_equal(live_open(&live, state_dir, 1), 0);
	step_change(false);
	map_spoil(history.last, MAP_PAGE + 8);
	assert_int_equal(live_check(live), -EBADMSG);
	assert_int_equal(live_release(live), history.last - 1);
	step_change(true);
	step_change(false);
	map_spoil(history.last - 1, MAP_PAGE + 8);
	assert_int_equal(live_check(live), -EBADMSG);
	live_close(live);
	assert_int_equal(live_open(&live, state_dir, 1), 0);
	assert_int_equal(live_release(live), history.last);
	live_close(live);
	assert_false(live_check_model());
}

/* So many rules that nobody asks for, in the release after the latest. Says
 * whether its map is an overlay before it is folded, and after. */
static void crowd_commit(int rules, int version, bool *before, bool *after)
{
	struct rule rule = {
		.target = "https://t.example/",
		.tag = "",
		.note = "",
		.headers = "",
		.target_len = 18,
		.code = 301,
	};
	struct change *change = begin();
	char source[40];
	uint64_t count;
	int i;

	assert_int_equal(change_take_rows(change), 0);
	for (i = 0; i < rules; i++) {
		rule.source_len =
			snprintf(source, sizeof(source), "h%d.v%d.test/%d",
				 i % 7, version, i);
		rule.source = source;
		assert_int_equal(store_rule_add(change_store(change),
						change_number(change), &rule),
				 0);
	}
	history.model[history.last + 1] = history.model[history.last];
	history.last++;
	assert_int_equal(change_commit(change, &note, &count), 0);
	*before = live_check_model();
	if (change_needs_compaction(change))
		change_compact(change);
	change_free(change);
	*after = live_check_model();
	maps_check();
}

/* An overlay that has grown large becomes the base of the next ones; a server
 * need not notice. */
static void test_fold(void **data)
{
	/* An eighth of the base is large, a quarter too large. */
	static const struct {
		int rules;
		bool before, after;
	} steps[] = {
		{1000, true, true},  {250, true, false}, /* together */
		{1250, true, true},  {200, true, false}, {3200, false, false},
		{2000, true, false}, {1, true, true},
	};
	int rules = 0;
	struct live *live;
	bool before, after;
	size_t i;

	(void)data;
	srand(8);
	step_change(true);
	assert_int_equal(live_open(&live, state_dir, 1), 0);
	for (i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		crowd_commit(steps[i].rules, i, &before, &after);
		if (before != steps[i].before || after != steps[i].after)
			fail_msg("step %zu: %d, %d", i, before, after);
		rules += steps[i].rules;
		assert_int_equal(live_check(live), 1);
		assert_int_equal(live_rules(live),
				 model_count(&history.model[history.last]) +
					 FILLER + rules);
	}
	live_close(live);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, setup, state_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_random_steps),     TEST(test_damage),
		TEST(test_change_on_damage), TEST(test_followed),
		TEST(test_followed_damage),  TEST(test_fold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
