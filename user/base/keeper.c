// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confine.h"
#include "keeper.h"

enum { KEEPER_FIRST = 3 }; /* descriptor, behind the standard streams */

static void keeper_signals(void)
{
	static const int numbers[] = {SIGINT,  SIGTERM, SIGHUP,
				      SIGUSR1, SIGUSR2, SIGPIPE};
	sigset_t none;
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		signal(numbers[i], SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

int keeper_fork(const char *name)
{
	pid_t parent = getpid(), pid;

	signal(SIGCHLD, SIG_IGN);
	pid = fork();
	if (pid)
		return pid < 0 ? -errno : pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, name);
	keeper_signals();
	if (getppid() != parent)
		_exit(1);
	return 0;
}

int keeper_descriptors(int *fd, int count)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), end, i;

	end = KEEPER_FIRST + count;
	if (null < 0)
		return -errno;
	for (i = 0; i < count; i++) {
		fd[i] = fcntl(fd[i], F_DUPFD, end);
		if (fd[i] < 0)
			return -errno;
	}
	for (i = 0; i < KEEPER_FIRST; i++)
		dup2(null, i);
	for (i = 0; i < count; i++)
		fd[i] = dup2(fd[i], KEEPER_FIRST + i);
	return syscall(SYS_close_range, end, ~0u, 0) ? -errno : 0;
}

void keeper_confine(uint64_t capabilities, unsigned int may)
{
	confine_capabilities(capabilities);
	confine_calls(may);
}
