// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "read_only.h"

enum { STRANGER = 65534 };

static int reopen(int fd, int flags)
{
	char path[40];
	int got;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	got = open(path, flags);
	return got < 0 ? errno : 0;
}

/* What another user who is given it finds. */
static int stranger_finds(int fd, int flags)
{
	int status, pid = fork();

	assert_true(pid >= 0);
	if (!pid)
		_exit(setuid(STRANGER) ? 255 : reopen(fd, flags));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_stranger(void **state)
{
	int fd = memfd_create("test", MFD_CLOEXEC), reader;
	char byte = 0;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "a", 1), 1);
	if (!geteuid())
		assert_int_equal(stranger_finds(fd, O_RDWR), 0);
	reader = read_only_open(fd);
	assert_true(reader >= 0);
	assert_int_equal(pread(reader, &byte, 1, 0), 1);
	assert_int_equal(byte, 'a');
	assert_int_equal(pwrite(reader, "b", 1, 0), -1);
	assert_int_equal(pwrite(fd, "b", 1, 0), 1);
	if (!geteuid()) {
		assert_int_equal(stranger_finds(reader, O_RDWR), EACCES);
		assert_int_equal(stranger_finds(reader, O_WRONLY), EACCES);
	}
	close(reader);
	close(fd);
	assert_int_equal(read_only_open(fd), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stranger),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
