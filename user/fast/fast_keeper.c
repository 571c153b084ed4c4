// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "error.h"
#include "fast_keeper.h"
#include "fast_watch.h"

enum {
	KEEPER_LOOK = 1000, /* ms until what was put off is tried again */

	/* Descriptors, behind those of the standard streams. */
	KEEPER_PIPE = 3,
	KEEPER_SOCKET,
	KEEPER_FDS,
};

/* The pins are root's and need no capability; to reach a state directory of
 * another user takes one. */
static void keeper_capabilities(void)
{
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};

	data[0].effective = data[0].permitted = 1u << CAP_DAC_READ_SEARCH;
	syscall(SYS_capset, &head, data);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* Signals to the group of the server are for the server. */
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

/* Listeners and locks of the server end with the server, and so does what reads
 * its messages. */
static int keeper_descriptors(int pipe, struct fast_watch *watch)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), i;
	int socket = fcntl(fast_watch_fd(watch), F_DUPFD, KEEPER_FDS);

	pipe = fcntl(pipe, F_DUPFD, KEEPER_FDS);
	if (null < 0 || socket < 0 || pipe < 0)
		return -errno;
	for (i = 0; i < KEEPER_PIPE; i++)
		dup2(null, i);
	dup2(pipe, KEEPER_PIPE);
	dup2(socket, KEEPER_SOCKET);
	fast_watch_moved(watch, KEEPER_SOCKET);
	return syscall(SYS_close_range, KEEPER_FDS, ~0u, 0) ? -errno : 0;
}

static noreturn void keeper_run(struct fast_watch *watch)
{
	struct pollfd fds[] = {
		{.fd = fast_watch_fd(watch), .events = POLLIN},
		{.fd = KEEPER_PIPE}, /* nobody reads any more */
	};

	for (;;) {
		if (fast_watch_look(watch))
			(void)!write(fds[1].fd, error_text(),
				     strlen(error_text()) + 1);
		if (poll(fds, 2, KEEPER_LOOK) > 0 && fds[1].revents)
			_exit(0);
	}
}

int fast_keeper_start(struct fast_watch *watch)
{
	int ends[2], err = 0;
	pid_t parent = getpid(), pid;

	/* Packets: each message is read as a whole. */
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK | O_DIRECT))
		return error_sys(-errno, "cannot follow the addresses");
	signal(SIGCHLD, SIG_IGN); /* nobody waits for it */
	pid = fork();
	if (pid < 0)
		err = error_sys(-errno, "cannot follow the addresses");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "detour-keeper");
		keeper_signals();
		if (getppid() != parent || keeper_descriptors(ends[1], watch))
			_exit(1);
		keeper_capabilities();
		keeper_run(watch);
	}
	close(ends[1]);
	if (err)
		close(ends[0]);
	return err ? err : ends[0];
}

int fast_keeper_read(int keeper)
{
	char text[512];
	ssize_t len = read(keeper, text, sizeof(text) - 1);
	int quiet;

	if (len < 0)
		return 0;
	text[len] = '\0';
	if (len)
		return error_set(-EIO, "%s", text);
	quiet = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (quiet >= 0 && dup2(quiet, keeper) >= 0)
		close(quiet);
	return error_set(-EPIPE, "the process for it has ended");
}
