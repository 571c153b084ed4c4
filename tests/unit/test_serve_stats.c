// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "serve_stats.h"
#include "serve_stats_client.h"
#include "state_dir.h"

static char path[PATH_MAX];

static int setup(void **data)
{
	int err = state_dir_setup(data);

	snprintf(path, sizeof(path), "%s/9", state_dir_base);
	return err;
}

static struct serve_stats *stats_start(unsigned int workers)
{
	struct serve_stats *stats = NULL;

	assert_int_equal(serve_stats_new(&stats, workers), 0);
	assert_int_equal(serve_stats_listen(stats, path, -1), 0);
	assert_int_equal(serve_stats_start(stats), 0);
	return stats;
}

static int stats_file(struct stat *st)
{
	char file[PATH_MAX + 16];

	snprintf(file, sizeof(file), "%s.counters", path);
	return lstat(file, st);
}

static void test_sum(void **state)
{
	struct serve_stats *stats = stats_start(3);
	uint64_t value[SERVE_COUNT];
	unsigned int i, k;

	(void)state;
	for (i = 0; i < 3; i++)
		for (k = 0; k <= i; k++)
			serve_counter_add(serve_stats_worker(stats, i),
					  SERVE_GET_301);
	serve_counter_add(serve_stats_worker(stats, 2), SERVE_COUNT - 1);
	for (k = 0; k < 2; k++) {
		memset(value, 0xff, sizeof(value));
		assert_int_equal(serve_stats_read(value, path), 0);
		for (i = 0; i < SERVE_COUNT; i++)
			assert_int_equal(value[i], i == SERVE_GET_301	  ? 6
						   : i == SERVE_COUNT - 1 ? 1
									  : 0);
	}
	serve_stats_close(stats);
}

/* Everyone may connect, whatever the umask; it is left as it was. */
static void test_socket(void **state)
{
	struct serve_stats *stats;
	uint64_t value[SERVE_COUNT];
	mode_t old = umask(077);
	struct stat st;

	(void)state;
	stats = stats_start(1);
	assert_int_equal(umask(old), 077);
	assert_int_equal(stats_file(&st), 0);
	assert_int_equal(st.st_mode, S_IFSOCK | 0666);
	serve_stats_close(stats);
	assert_int_equal(stats_file(&st), -1);
	assert_int_equal(serve_stats_read(value, path), -ENOENT);
	assert_non_null(strstr(error_text(), ".counters: No such file"));
}

/* What a killed server has left is replaced. */
static void test_leftover(void **state)
{
	struct serve_stats *first = NULL, *second;
	uint64_t value[SERVE_COUNT];

	(void)state;
	assert_int_equal(serve_stats_new(&first, 1), 0);
	assert_int_equal(serve_stats_listen(first, path, -1), 0);
	second = stats_start(1);
	serve_counter_add(serve_stats_worker(second, 0), SERVE_MISS);
	assert_int_equal(serve_stats_read(value, path), 0);
	assert_int_equal(value[SERVE_MISS], 1);
	serve_stats_close(second);
	serve_stats_close(first);
}

static void test_no_place(void **state)
{
	struct serve_stats *stats = NULL;

	(void)state;
	assert_int_equal(serve_stats_new(&stats, 2), 0);
	assert_int_equal(serve_stats_listen(stats, "/proc/nothing/9", -1),
			 -ENOENT);
	assert_non_null(strstr(error_text(), "/proc/nothing/9.counters"));
	assert_int_equal(serve_stats_start(stats), 0);
	serve_counter_add(serve_stats_worker(stats, 1), SERVE_MISS);
	serve_stats_close(stats);
	serve_stats_close(NULL);
}

static void test_long_path(void **state)
{
	char folder[PATH_MAX];
	struct serve_stats *stats;
	uint64_t value[SERVE_COUNT];
	int open_before, open_after;

	(void)state;
	snprintf(folder, sizeof(folder), "%s/%0150d", state_dir_base, 0);
	assert_int_equal(mkdir(folder, 0755), 0);
	snprintf(path, sizeof(path), "%s/%0150d/9.63", state_dir_base, 0);
	open_before = dup(0);
	close(open_before);
	stats = stats_start(1);
	assert_int_equal(serve_stats_read(value, path), 0);
	serve_stats_close(stats);
	open_after = dup(0);
	close(open_after);
	assert_int_equal(open_before, open_after);
	/* A name alone that does not fit. */
	snprintf(path, sizeof(path), "%s/%0150d", state_dir_base, 0);
	assert_int_equal(serve_stats_read(value, path), -ENAMETOOLONG);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, setup, state_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sum),	     TEST(test_socket),	   TEST(test_leftover),
		TEST(test_no_place), TEST(test_long_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
