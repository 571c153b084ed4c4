// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "registry.h"
#include "state.h"
#include "state_dir.h"

struct seen {
	size_t count;
	struct registry_server last;
};

static int see(const struct registry_server *server, void *arg)
{
	struct seen *seen = arg;

	seen->count++;
	seen->last = *server;
	return 0;
}

static struct seen look(void)
{
	struct seen seen = {.count = 0};

	assert_int_equal(registry_each(state_dir, see, &seen), 0);
	return seen;
}

static int refuse(const struct registry_server *server, void *arg)
{
	(void)server;
	(void)arg;
	return 7;
}

static void test_life(void **state)
{
	struct registry *registry = NULL;
	struct seen seen;

	(void)state;
	assert_int_equal(look().count, 0);
	assert_int_equal(state_init(state_dir), 0);
	assert_int_equal(look().count, 0);
	assert_int_equal(registry_add(&registry, state_dir, "a:1 [::1]:2"), 0);
	seen = look();
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.last.pid, getpid());
	assert_int_equal(seen.last.release, 0);
	assert_string_equal(seen.last.listen, "a:1 [::1]:2");
	assert_true(time(NULL) - seen.last.since < 60);
	registry_release(registry, 123456789012345);
	assert_int_equal(look().last.release, 123456789012345);
	registry_release(registry, 3);
	assert_int_equal(look().last.release, 3);
	assert_int_equal(registry_each(state_dir, refuse, NULL), 7);
	registry_remove(registry);
	assert_int_equal(look().count, 0);
}

static void test_nobody(void **state)
{
	(void)state;
	registry_release(NULL, 1);
	registry_remove(NULL);
}

/* Containers that share a state directory have processes of equal number. */
static void test_equal_numbers(void **state)
{
	struct registry *first = NULL, *second = NULL;

	(void)state;
	assert_int_equal(state_init(state_dir), 0);
	assert_int_equal(registry_add(&first, state_dir, "a:1"), 0);
	assert_int_equal(registry_add(&second, state_dir, "b:2"), 0);
	assert_int_equal(look().count, 2);
	registry_remove(first);
	assert_string_equal(look().last.listen, "b:2");
	registry_remove(second);
	assert_int_equal(look().count, 0);
}

/* What a killed server leaves behind is no server, and in nobody's way. */
static void test_killed(void **state)
{
	struct registry *registry = NULL;
	char name[64];
	pid_t child;

	(void)state;
	assert_int_equal(state_init(state_dir), 0);
	child = fork();
	if (!child)
		_exit(registry_add(&registry, state_dir, "a:1") ? 1 : 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	snprintf(name, sizeof(name), "servers/%d", (int)child);
	assert_true(state_dir_has(name));
	assert_int_equal(look().count, 0);
	state_dir_write("servers/77", "nonsense", 8);
	state_dir_write("servers/78", "", 0);
	snprintf(name, sizeof(name), "servers/%d", (int)getpid());
	state_dir_write(name,
			"left behind, and longer than a line of ours "
			"........................................",
			84);
	assert_int_equal(registry_add(&registry, state_dir, "c:3"), 0);
	assert_int_equal(look().count, 1);
	assert_string_equal(look().last.listen, "c:3");
	registry_remove(registry);
}

static void test_no_room(void **state)
{
	struct registry *registry = NULL;

	(void)state;
	assert_int_equal(state_init(state_dir), 0);
	assert_int_equal(registry_add(&registry, "/proc/nothing", "a:1"),
			 -ENOENT);
	assert_null(registry);
}

#define TEST(name)                                             \
	cmocka_unit_test_setup_teardown(name, state_dir_setup, \
					state_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_life),   TEST(test_nobody),  TEST(test_equal_numbers),
		TEST(test_killed), TEST(test_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
