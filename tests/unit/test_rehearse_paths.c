// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "map_view.h"
#include "rehearse_paths.h"

static void add(struct rehearse_paths *paths, const char *host,
		const char *path, int status)
{
	static struct map_key key;

	key.host_len = strlen(host);
	key.path_len = strlen(path);
	memcpy(key.host, host, key.host_len);
	memcpy(key.path, path, key.path_len);
	assert_int_equal(rehearse_paths_add(paths, &key, status), 0);
}

static void test_kinds(void **state)
{
	static const struct {
		int status;
		enum rehearse_unruled kind;
	} cases[] = {
		{301, REHEARSE_MISSED}, {302, REHEARSE_MISSED},
		{308, REHEARSE_MISSED}, {410, REHEARSE_MISSED},
		{200, REHEARSE_THERE},	{206, REHEARSE_THERE},
		{304, REHEARSE_THERE},	{0, REHEARSE_OTHER},
		{404, REHEARSE_OTHER},	{500, REHEARSE_OTHER},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(rehearse_unruled(cases[i].status),
				 cases[i].kind);
}

static void test_counts(void **state)
{
	struct rehearse_paths paths = {0};

	(void)state;
	add(&paths, "a.example", "/b", 301);
	add(&paths, "a.example", "/a", 302);
	add(&paths, "a.example", "/a", 301);
	add(&paths, "b.example", "/a", 0);
	rehearse_paths_sort(&paths);
	assert_int_equal(paths.requests, 4);
	assert_int_equal(paths.count, 3);
	assert_int_equal(paths.short_by, 0);
	assert_int_equal(paths.paths[0].count, 2);
	assert_int_equal(paths.paths[0].status, 302);
	assert_memory_equal(paths.paths[0].text, "a.example/a", 11);
	rehearse_paths_free(&paths);
	rehearse_paths_free(&paths);
}

/* Ten paths among a million that come once. */
static void test_bounds(void **state)
{
	enum { HEAVY = 10, ONCE = 1000000 };
	struct rehearse_paths paths = {0};
	char path[32];
	size_t i;

	(void)state;
	for (i = 0; i < ONCE; i++) {
		snprintf(path, sizeof(path), "/once/%zu", i);
		add(&paths, "a.example", path, 404);
		if (i % 100)
			continue;
		snprintf(path, sizeof(path), "/%zu", i / 100 % HEAVY);
		add(&paths, "a.example", path, 404);
		assert_true(paths.count <= REHEARSE_PATHS);
	}
	rehearse_paths_sort(&paths);
	assert_int_equal(paths.requests, ONCE + ONCE / 100);
	assert_true(paths.short_by > 0 && paths.short_by < 100);
	for (i = 0; i < HEAVY; i++) {
		assert_int_equal(paths.paths[i].len, strlen("a.example/0"));
		assert_in_range(paths.paths[i].count,
				ONCE / 100 / HEAVY - paths.short_by,
				ONCE / 100 / HEAVY);
	}
	rehearse_paths_free(&paths);
}

static void test_bytes(void **state)
{
	struct rehearse_paths paths = {0};
	char path[8000];
	size_t i;

	(void)state;
	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	for (i = 0; i < 10000; i++) {
		snprintf(path, 8, "/%06zu", i);
		path[7] = 'x';
		add(&paths, "a.example", path, 404);
		add(&paths, "a.example", "/often", 404);
		assert_true(paths.bytes <= REHEARSE_PATHS_BYTES);
	}
	rehearse_paths_sort(&paths);
	assert_int_equal(paths.paths[0].count + paths.short_by, 10000);
	rehearse_paths_free(&paths);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
