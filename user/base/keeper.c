// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

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

void keeper_capabilities(uint32_t capabilities)
{
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};

	/* A container may have taken some of them away. */
	syscall(SYS_capget, &head, data);
	capabilities &= data[0].permitted;
	memset(data, 0, sizeof(data));
	data[0].effective = data[0].permitted = capabilities;
	syscall(SYS_capset, &head, data);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
