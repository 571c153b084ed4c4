// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "confine.h"

#ifndef MAP_SHARED_VALIDATE
#define MAP_SHARED_VALIDATE 3
#endif

/* What may be mapped of a file that is open for writing. */
static const struct {
	int prot, flags, err;
} rows[] = {
	{PROT_READ, MAP_SHARED, 0},
	{PROT_READ, MAP_PRIVATE, 0},
	{PROT_READ | PROT_WRITE, MAP_PRIVATE, 0},
	{PROT_READ | PROT_WRITE, MAP_SHARED, EACCES},
	{PROT_WRITE, MAP_SHARED, EACCES},
	{PROT_WRITE, MAP_SHARED_VALIDATE, EACCES},
	{PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, 0},
};

/* The number of the row that is not as it says, from 1 on. */
static int rows_look(int fd)
{
	size_t i;
	int err;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		err = mmap(NULL, 4096, rows[i].prot, rows[i].flags,
			   rows[i].flags & MAP_ANONYMOUS ? -1 : fd,
			   0) == MAP_FAILED
			      ? errno
			      : 0;
		if (err != rows[i].err)
			return i + 1;
	}
	return 0;
}

static void *thread_look(void *arg)
{
	static int row;
	int *fds = arg;
	char byte;

	row = read(fds[1], &byte, 1) == 1 ? rows_look(fds[0]) : 101;
	return &row;
}

/* As what follows the fallback's name, which is started while still root. */
static int sealed_thread(int fd)
{
	int pipes[2], fds[2];
	pthread_t thread;
	void *row;

	if (pipe(pipes))
		return 102;
	fds[0] = fd;
	fds[1] = pipes[0];
	if (pthread_create(&thread, NULL, thread_look, fds))
		return 103;
	if (confine_calls(0) || write(pipes[1], "", 1) != 1)
		return 104;
	return pthread_join(thread, &row) ? 105 : *(int *)row;
}

static int sealed(int fd)
{
	return confine_calls(0) ? 100 : rows_look(fd);
}

static void seal_check(int (*check)(int fd))
{
	FILE *file = tmpfile();
	int status;
	pid_t pid;

	assert_non_null(file);
	assert_int_equal(ftruncate(fileno(file), 4096), 0);
	pid = fork();
	if (!pid)
		_exit(check(fileno(file)));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(WIFEXITED(status));
	fclose(file);
}

static void test_seal(void **data)
{
	(void)data;
	seal_check(sealed);
}

static void test_seal_of_threads(void **data)
{
	(void)data;
	seal_check(sealed_thread);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seal),
		cmocka_unit_test(test_seal_of_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
