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
#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "server_list.h"
#include "server_list_ended.h"
#include "server_list_file.h"
#include "server_list_read.h"
#include "state_dir.h"
#include "state_init.h"

struct seen {
	size_t count;
	struct server_list_entry last;
};

static int see(const struct server_list_entry *server, void *arg)
{
	struct seen *seen = arg;

	seen->count++;
	seen->last = *server;
	return 0;
}

static struct seen look(void)
{
	struct seen seen = {.count = 0};

	assert_int_equal(server_list_each(state_dir, see, &seen), 0);
	return seen;
}

static int add(struct server_list **list, const char *state, const char *listen)
{
	int err = server_list_new(list, state, listen);

	if (!err)
		err = server_list_check(*list);
	if (err == 1)
		return 0;
	server_list_remove(*list);
	*list = NULL;
	return err;
}

static int refuse(const struct server_list_entry *server, void *arg)
{
	(void)server;
	(void)arg;
	return 7;
}

static void test_life(void **state)
{
	struct server_list *list = NULL;
	struct seen seen;

	(void)state;
	assert_int_equal(look().count, 0);
	assert_int_equal(state_init(state_dir, stderr), 0);
	assert_int_equal(look().count, 0);
	assert_int_equal(add(&list, state_dir, "a:1 [::1]:2"), 0);
	seen = look();
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.last.pid, getpid());
	assert_int_equal(seen.last.release, 0);
	assert_string_equal(seen.last.listen, "a:1 [::1]:2");
	assert_true(time(NULL) - seen.last.since < 60);
	server_list_release(list, 123456789012345);
	assert_int_equal(look().last.release, 123456789012345);
	server_list_release(list, 3);
	assert_int_equal(look().last.release, 3);
	assert_int_equal(server_list_each(state_dir, refuse, NULL), 7);
	server_list_remove(list);
	assert_int_equal(look().count, 0);
}

/* Of more addresses than are kept, none is cut. */
static void test_many_addresses(void **state)
{
	static const char one[] = " 127.0.0.9:443,https", more[] = " ...";
	enum { ONE = sizeof(one) - 1, MORE = sizeof(more) - 1, PAD = 2 * ONE };
	char listen[2 * SERVER_LIST_LISTEN], kept[SERVER_LIST_LISTEN];
	struct server_list *list = NULL;
	size_t pad, len, room;

	(void)state;
	assert_int_equal(state_init(state_dir, stderr), 0);
	for (pad = 1; pad < PAD; pad++) {
		memset(listen, 'a', pad);
		memset(kept, 'a', pad);
		for (len = pad; len + ONE < sizeof(listen); len += ONE)
			memcpy(listen + len, one, ONE);
		listen[len] = '\0';
		room = sizeof(kept) - 1 - MORE;
		for (len = pad; len + ONE <= room; len += ONE)
			memcpy(kept + len, one, ONE);
		memcpy(kept + len, more, sizeof(more));
		assert_int_equal(add(&list, state_dir, listen), 0);
		assert_string_equal(look().last.listen, kept);
		server_list_remove(list);
	}
	memset(listen, 'a', sizeof(kept) - 1);
	listen[sizeof(kept) - 1] = '\0';
	assert_int_equal(add(&list, state_dir, listen), 0);
	assert_string_equal(look().last.listen, listen);
	server_list_remove(list);
}

static void test_nobody(void **state)
{
	(void)state;
	server_list_counters(NULL, NULL, 0);
	server_list_remove(NULL);
}

/* Containers that share a state directory have processes of equal number. */
static void test_equal_numbers(void **state)
{
	struct server_list *first = NULL, *second = NULL;

	(void)state;
	assert_int_equal(state_init(state_dir, stderr), 0);
	assert_int_equal(add(&first, state_dir, "a:1"), 0);
	assert_int_equal(add(&second, state_dir, "b:2"), 0);
	assert_int_equal(look().count, 2);
	server_list_remove(first);
	assert_string_equal(look().last.listen, "b:2");
	server_list_remove(second);
	assert_int_equal(look().count, 0);
}

/* What a killed server leaves behind is no server, and in nobody's way. */
static void test_killed(void **state)
{
	struct server_list *list = NULL;
	char name[64];
	pid_t child;

	(void)state;
	assert_int_equal(state_init(state_dir, stderr), 0);
	child = fork();
	if (!child)
		_exit(add(&list, state_dir, "a:1") ? 1 : 0);
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
	assert_int_equal(add(&list, state_dir, "c:3"), 0);
	assert_int_equal(look().count, 1);
	assert_string_equal(look().last.listen, "c:3");
	server_list_remove(list);
}

static void test_no_room(void **state)
{
	struct server_list *list = NULL;

	(void)state;
	assert_int_equal(state_init(state_dir, stderr), 0);
	assert_int_equal(add(&list, "/proc/nothing", "a:1"), -ENOENT);
	assert_null(list);
}

static bool no_skip(const char *name, void *arg)
{
	(void)name;
	(void)arg;
	return false;
}

static uint64_t ended(unsigned int counter)
{
	uint64_t value[SERVER_LIST_COUNTERS];

	server_list_ended(state_dir, value, no_skip, NULL);
	return value[counter];
}

/* What a server has counted stays when it ends, in order or not. */
static void s7_kept(void **state)
{
	static const uint64_t value[3] = {1, 20, 300};
	struct server_list *list = NULL;
	int i;

	(void)state;
	assert_int_equal(state_init(state_dir, stderr), 0);
	for (i = 1; i <= 3; i++) {
		assert_int_equal(add(&list, state_dir, "a:1"), 0);
		server_list_counters(list, value, 3);
		assert_int_equal(ended(2), 300 * (i - 1));
		server_list_remove(list);
		assert_int_equal(ended(2), 300 * i);
		assert_int_equal(ended(1), 20 * i);
		assert_int_equal(ended(3), 0);
	}
	for (i = 0; i < 70; i++) {
		pid_t child = fork();

		if (!child) {
			if (add(&list, state_dir, "a:1"))
				_exit(1);
			server_list_counters(list, value, 3);
			_exit(0); /* with its lock, as if killed */
		}
		assert_int_equal(waitpid(child, NULL, 0), child);
	}
	assert_int_equal(ended(2), 300 * 73);
	for (i = 0; i < 3; i++) {
		server_list_fold(state_dir, 0, 0);
		assert_int_equal(ended(2), 300 * 73);
	}
}

/* Killed between the sum and the removal of what went into it. */
static void s7_once(void **state)
{
	static const uint64_t value[1] = {5};
	struct server_list *list = NULL;
	char file[4096], name[64];
	size_t len;

	(void)state;
	assert_int_equal(state_init(state_dir, stderr), 0);
	assert_int_equal(add(&list, state_dir, "a:1"), 0);
	server_list_counters(list, value, 1);
	snprintf(name, sizeof(name), "servers/%d", (int)getpid());
	len = state_dir_read(name, file, sizeof(file));
	server_list_remove(list);
	assert_int_equal(ended(0), 5);
	state_dir_write(name, file, len);
	assert_int_equal(ended(0), 5);
	server_list_fold(state_dir, 0, 0);
	assert_false(state_dir_has(name));
	assert_int_equal(ended(0), 5);
}

/* Many at a time add up the same files. */
static void s7_together(void **state)
{
	static const uint64_t value[1] = {7};
	struct server_list *list = NULL;
	pid_t child[8];
	int i;

	(void)state;
	assert_int_equal(state_init(state_dir, stderr), 0);
	for (i = 0; i < 20; i++) {
		pid_t killed = fork();

		if (!killed) {
			add(&list, state_dir, "a:1");
			server_list_counters(list, value, 1);
			_exit(0);
		}
		assert_int_equal(waitpid(killed, NULL, 0), killed);
	}
	for (i = 0; i < 8; i++) {
		child[i] = fork();
		if (!child[i]) {
			server_list_fold(state_dir, 0, 0);
			_exit(0);
		}
	}
	for (i = 0; i < 8; i++)
		assert_int_equal(waitpid(child[i], NULL, 0), child[i]);
	assert_int_equal(ended(0), 140);
}

/* A line of an earlier version says nothing of layouts. */
static void s6_layouts(void **state)
{
	static const struct {
		const char *text;
		uint32_t min, max;
	} table[] = {
		{" 1 00000000000000000007 a:1\n", 2, 2},
		{" 1 00000000000000000007 a:1\nlayout 2 2\n", 2, 2},
		{" 1 00000000000000000007 a:1\nlayout 3 5\nmore\n", 3, 5},
		{" 1 00000000000000000007 a:1\nlayout x\n", 2, 2},
	};
	struct seen seen;
	char line[256];
	size_t i;
	int fd;

	(void)state;
	assert_int_equal(state_init(state_dir, stderr), 0);
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		snprintf(line, sizeof(line), "%d%s", (int)getpid(),
			 table[i].text);
		state_dir_write("servers/1", line, strlen(line));
		fd = state_dir_open("servers/1");
		assert_int_equal(flock(fd, LOCK_EX), 0);
		seen = look();
		assert_int_equal(seen.count, 1);
		assert_true(seen.last.known);
		assert_int_equal(seen.last.release, 7);
		assert_int_equal(seen.last.layout_min, table[i].min);
		assert_int_equal(seen.last.layout_max, table[i].max);
		assert_string_equal(seen.last.listen, "a:1");
		close(fd);
	}
}

#define TEST(name)                                             \
	cmocka_unit_test_setup_teardown(name, state_dir_setup, \
					state_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_life),
		TEST(test_nobody),
		TEST(test_equal_numbers),
		TEST(test_killed),
		TEST(test_no_room),
		TEST(s7_kept),
		TEST(s7_once),
		TEST(s7_together),
		TEST(s6_layouts),
		TEST(test_many_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
