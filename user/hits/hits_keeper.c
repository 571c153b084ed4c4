// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "error.h"
#include "hits_keeper.h"
#include "hits_keeper_run.h"
#include "keeper.h"

enum { KEEPER_LAST = 20 }; /* seconds for the last save */

struct hits_keeper {
	int fd;
};

int hits_keeper_start(struct hits_keeper **result, const char *state,
		      const char *name, int window, int misses)
{
	struct hits_keeper *keeper = malloc(sizeof(*keeper));
	int ends[2], pid;

	if (!keeper ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)) {
		free(keeper);
		return error_sys(-errno, "cannot save hits");
	}
	pid = keeper_fork("detour-hits");
	if (!pid) {
		int fds[HITS_KEEPER_FDS] = {ends[1], window, misses};

		hits_keeper_run(state, name, fds);
	}
	close(ends[1]);
	keeper->fd = ends[0];
	if (pid > 0) {
		*result = keeper;
		return 0;
	}
	close(ends[0]);
	free(keeper);
	return error_sys(pid, "cannot save hits");
}

static bool keeper_send(const struct hits_keeper *keeper,
			enum hits_keeper_what what, uint64_t number, int fd)
{
	struct hits_keeper_message message = {what, number};
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {.header = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	struct iovec iov = {&message, sizeof(message)};
	struct msghdr head = {.msg_iov = &iov, .msg_iovlen = 1};

	if (fd >= 0) {
		head.msg_control = &control;
		head.msg_controllen = sizeof(control);
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	}
	return sendmsg(keeper->fd, &head, MSG_NOSIGNAL | MSG_DONTWAIT) ==
	       (ssize_t)sizeof(message);
}

void hits_keeper_begin(struct hits_keeper *keeper, uint64_t number, int map)
{
	keeper_send(keeper, HITS_KEEPER_BEGIN, number, map);
}

bool hits_keeper_end(struct hits_keeper *keeper, uint64_t number)
{
	return keeper_send(keeper, HITS_KEEPER_END, number, -1);
}

uint64_t hits_keeper_saved(struct hits_keeper *keeper)
{
	uint64_t number;

	return recv(keeper->fd, &number, sizeof(number), MSG_DONTWAIT) ==
			       (ssize_t)sizeof(number)
		       ? number
		       : 0;
}

/* Its end of the socket is closed when it has done all. */
void hits_keeper_stop(struct hits_keeper *keeper)
{
	const struct timeval limit = {.tv_sec = KEEPER_LAST};
	uint64_t number;

	if (!keeper)
		return;
	shutdown(keeper->fd, SHUT_WR);
	setsockopt(keeper->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	while (recv(keeper->fd, &number, sizeof(number), 0) > 0)
		;
	close(keeper->fd);
	free(keeper);
}
