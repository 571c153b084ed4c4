// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "error.h"
#include "fast_address_watch.h"
#include "fast_keeper.h"
#include "keeper.h"

enum {
	KEEPER_LOOK = 1000, /* ms until what was put off is tried again */

	/* The pins are root's and need no capability; to reach a state
	 * directory of another user takes one. */
	KEEPER_MAY = 1 << CAP_DAC_READ_SEARCH,
};

static noreturn void keeper_run(struct fast_address_watch *watch, int pipe)
{
	struct pollfd fds[] = {
		{.fd = fast_address_watch_fd(watch), .events = POLLIN},
		{.fd = pipe}, /* nobody reads any more */
	};

	for (;;) {
		if (fast_address_watch_look(watch))
			(void)!write(pipe, error_text(),
				     strlen(error_text()) + 1);
		if (poll(fds, 2, KEEPER_LOOK) > 0 && fds[1].revents)
			_exit(0);
	}
}

static noreturn void keeper_begin(struct fast_address_watch *watch, int pipe)
{
	int fds[] = {pipe, fast_address_watch_fd(watch)};

	if (keeper_descriptors(fds, 2))
		_exit(1);
	fast_address_watch_moved(watch, fds[1]);
	keeper_capabilities(KEEPER_MAY);
	keeper_run(watch, fds[0]);
}

int fast_keeper_start(struct fast_address_watch *watch)
{
	int ends[2], pid;

	/* Packets: each message is read as a whole. */
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK | O_DIRECT))
		return error_sys(-errno, "cannot follow the addresses");
	pid = keeper_fork("detour-keeper");
	if (!pid)
		keeper_begin(watch, ends[1]);
	close(ends[1]);
	if (pid > 0)
		return ends[0];
	close(ends[0]);
	return error_sys(pid, "cannot follow the addresses");
}

int fast_keeper_read(int keeper)
{
	char text[ERROR_TEXT];
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
