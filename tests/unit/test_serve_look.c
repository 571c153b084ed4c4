// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "serve_look.h"
#include "serve_look_client.h"
#include "server_list_read.h"
#include "server_socket.h"
#include "state_dir.h"

enum { STRANGER = 65534 };

static char path[PATH_MAX];
static const struct server_list_entry server = {.pid = 9};

static int setup(void **data)
{
	int err = state_dir_setup(data);

	if (!err)
		err = mkdir(state_dir, 0755) || chmod(state_dir_base, 0755);
	snprintf(path, sizeof(path), "%s/9", state_dir_base);
	return err;
}

static int memory_make(const char *text, unsigned int seals)
{
	int fd = memfd_create("detour-test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 4096), 0);
	assert_true(pwrite(fd, text, strlen(text), 0) > 0);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);
	return fd;
}

/* What a module has: so many memories, "0", "1" and on. */
struct shelf {
	int count;
	int err;
	unsigned int seals;
	sem_t on, off;
};

static int shelf_give(struct look_asker *asker, void *arg)
{
	const struct shelf *shelf = arg;
	int i, fd, err = 0;

	for (i = 0; i < shelf->count && !err; i++) {
		char text[16];

		snprintf(text, sizeof(text), "%d", i);
		fd = memory_make(text, shelf->seals);
		err = look_give(asker, fd, 100 + i, text);
		close(fd);
	}
	return err ? err : shelf->err;
}

static void shelf_watched(bool on, void *arg)
{
	struct shelf *shelf = arg;

	sem_post(on ? &shelf->on : &shelf->off);
}

static struct serve_look *look_start(struct shelf *shelf)
{
	const struct look_offer hits = {.give = shelf_give, .arg = shelf};
	const struct look_offer tap = {shelf_give, shelf_watched, shelf};
	struct serve_look *look = NULL;

	shelf->seals = F_SEAL_SHRINK;
	sem_init(&shelf->on, 0, 0);
	sem_init(&shelf->off, 0, 0);
	assert_int_equal(serve_look_new(&look, state_dir), 0);
	serve_look_offer(look, LOOK_HITS, &hits);
	serve_look_offer(look, LOOK_TAP, &tap);
	assert_int_equal(serve_look_listen(look, path, -1), 0);
	assert_int_equal(serve_look_start(look), 0);
	return look;
}

/* Each is what it is called, in order; result ends the walk. */
struct seen {
	int count;
	int result;
};

static int seen_take(struct look_found *found, void *arg)
{
	struct seen *seen = arg;
	const void *memory = NULL;
	char text[16];
	size_t size;

	snprintf(text, sizeof(text), "%d", seen->count);
	assert_string_equal(found->name, text);
	assert_int_equal(found->id, 100 + seen->count++);
	assert_int_equal(look_map(found, 4096, &memory, &size), 0);
	assert_int_equal(size, 4096);
	assert_string_equal(memory, text);
	assert_int_equal(munmap((void *)memory, size), 0);
	return seen->result;
}

static int ask(enum look_kind kind, struct seen *seen)
{
	memset(seen, 0, offsetof(struct seen, result));
	return serve_look_ask(path, kind, &server, seen_take, seen);
}

static void test_given(void **state)
{
	struct shelf shelf = {.count = 3};
	struct serve_look *look = look_start(&shelf);
	struct seen seen = {0};
	int fd;

	(void)state;
	for (shelf.count = 0; shelf.count < 300; shelf.count += 99) {
		fd = ask(LOOK_HITS, &seen);
		assert_true(fd >= 0);
		assert_int_equal(seen.count, shelf.count);
		close(fd);
	}
	seen.result = 7;
	assert_int_equal(ask(LOOK_HITS, &seen), 7);
	assert_int_equal(seen.count, 1);
	serve_look_close(look);
	assert_int_equal(ask(LOOK_HITS, &seen), -ENOENT);
	assert_non_null(strstr(error_text(), "9.look: No such file"));
}

static void test_none(void **state)
{
	struct shelf shelf = {.count = 2, .err = -ENOMEM};
	struct serve_look *look = look_start(&shelf);
	struct seen seen = {0};

	(void)state;
	assert_int_equal(ask(LOOK_MISSES, &seen), -EOPNOTSUPP);
	assert_int_equal(ask(LOOK_KINDS, &seen), -EOPNOTSUPP);
	assert_int_equal(ask(-1, &seen), -EOPNOTSUPP);
	assert_int_equal(ask(LOOK_HITS, &seen), -ENOMEM);
	assert_int_equal(seen.count, 2);
	assert_int_equal(ask(LOOK_TAP, &seen), -ENOMEM);
	assert_int_equal(sem_wait(&shelf.off), 0);
	serve_look_close(look);
	serve_look_close(NULL);
}

/* From the first to the last of those who look. */
static void test_watched(void **state)
{
	struct shelf shelf = {.count = 1};
	struct serve_look *look = look_start(&shelf);
	struct pollfd end = {.events = POLLIN};
	struct seen seen = {0};
	int first, second;

	(void)state;
	first = ask(LOOK_TAP, &seen);
	assert_int_equal(sem_trywait(&shelf.on), 0);
	second = ask(LOOK_TAP, &seen);
	assert_true(first >= 0 && second >= 0);
	close(first);
	close(ask(LOOK_TAP, &seen));
	assert_int_equal(sem_trywait(&shelf.on), -1);
	assert_int_equal(sem_trywait(&shelf.off), -1);
	close(second);
	assert_int_equal(sem_wait(&shelf.off), 0);
	end.fd = ask(LOOK_TAP, &seen);
	assert_int_equal(sem_trywait(&shelf.on), 0);
	assert_int_equal(poll(&end, 1, 0), 0);
	serve_look_close(look);
	assert_int_equal(sem_trywait(&shelf.off), 0);
	assert_int_equal(poll(&end, 1, -1), 1);
	close(end.fd);
}

/* What is no question ends the connection; who says nothing keeps nobody. */
static void test_bad_question(void **state)
{
	static const struct look_ask bad[] = {{0, LOOK_HITS}, {1, 1}};
	struct shelf shelf = {.count = 1};
	struct serve_look *look = look_start(&shelf);
	struct seen seen = {0};
	char byte;
	int fd, i, silent[40];

	(void)state;
	for (i = 0; i < 40; i++)
		silent[i] = server_socket_connect(path, SERVER_SOCKET_LOOK, 5);
	for (i = 0; i < 5; i++) {
		fd = server_socket_connect(path, SERVER_SOCKET_LOOK, 60);
		assert_true(fd >= 0);
		assert_true(send(fd, &bad[i & 1], i < 2 ? sizeof(*bad) : 3,
				 MSG_NOSIGNAL) > 0);
		assert_true(recv(fd, &byte, 1, 0) <= 0);
		close(fd);
	}
	fd = ask(LOOK_HITS, &seen);
	assert_true(fd >= 0);
	close(fd);
	for (i = 0; i < 40; i++) {
		assert_int_equal(recv(silent[i], &byte, 1, 0), 0);
		close(silent[i]);
	}
	serve_look_close(look);
}

static int stranger_asks(gid_t group)
{
	struct seen seen = {0};
	int status;
	pid_t pid = fork();

	if (!pid) {
		if (setgid(group) || setuid(STRANGER))
			_exit(255);
		_exit(-ask(LOOK_TAP, &seen) & 255);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_rights(void **state)
{
	struct shelf shelf = {.count = 1};
	struct serve_look *look;

	(void)state;
	if (geteuid()) {
		print_message("not root: ");
		skip();
	}
	look = look_start(&shelf);
	assert_int_equal(stranger_asks(STRANGER), EACCES);
	assert_int_equal(sem_trywait(&shelf.on), -1);
	assert_int_equal(chown(state_dir, 0, 12345), 0);
	assert_int_equal(stranger_asks(STRANGER), EACCES);
	assert_true(stranger_asks(12345) != EACCES);
	assert_int_equal(sem_wait(&shelf.off), 0);
	assert_int_equal(chown(state_dir, STRANGER, 0), 0);
	assert_true(stranger_asks(54321) != EACCES);
	serve_look_close(look);
}

/* Memory that its writer could cut short, and what is none. */
static void test_bad_memory(void **state)
{
	struct look_found found = {.server = &server};
	const void *memory;
	size_t size;
	int ends[2];

	(void)state;
	found.fd = memory_make("x", F_SEAL_GROW);
	assert_int_equal(look_map(&found, 1, &memory, &size), -EBADMSG);
	close(found.fd);
	found.fd = memory_make("x", F_SEAL_SHRINK);
	assert_int_equal(look_map(&found, 4097, &memory, &size), -EBADMSG);
	close(found.fd);
	assert_int_equal(pipe(ends), 0);
	found.fd = ends[0];
	assert_int_equal(look_map(&found, 0, &memory, &size), -EBADMSG);
	close(ends[0]);
	close(ends[1]);
}

/* The socket beside another announcement, as the state directory is another. */
static void test_moved(void **state)
{
	struct shelf shelf = {.count = 1};
	struct serve_look *look = look_start(&shelf);
	struct seen seen = {0};
	int fd;

	(void)state;
	strcat(path, "1");
	assert_int_equal(serve_look_listen(look, path, -1), 0);
	fd = ask(LOOK_HITS, &seen);
	assert_true(fd >= 0);
	assert_int_equal(seen.count, 1);
	close(fd);
	serve_look_close(look);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, state_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_given),   TEST(test_none),
		TEST(test_watched), TEST(test_bad_question),
		TEST(test_rights),  TEST(test_bad_memory),
		TEST(test_moved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
