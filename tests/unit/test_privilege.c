// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "privilege.h"

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
static int sealed(int fd)
{
	size_t i;
	int err;

	if (privilege_seal())
		return 100;
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

static void test_seal(void **data)
{
	FILE *file = tmpfile();
	int status;
	pid_t pid;

	(void)data;
	assert_non_null(file);
	assert_int_equal(ftruncate(fileno(file), 4096), 0);
	pid = fork();
	if (!pid)
		_exit(sealed(fileno(file)));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(WIFEXITED(status));
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
