// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <stdbool.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "fast_address_watch.h"
#include "fast_keeper.h"
#include "fast_sharing.h"
#include "fast_reader.h"
#include "keeper.h"
#include "confine.h"

enum {
	KEEPER_LOOK = 1000, /* ms until what was put off is tried again */

	/* The pins are root's and need no capability; to reach a state
	 * directory of another user takes one. */
	KEEPER_MAY = 1 << CAP_DAC_READ_SEARCH,
	KEEPER_FDS = 2,
};

/* What a server says: it is to be given arenas, or never is. */
enum { KEEPER_SHARE = 's', KEEPER_NEVER = 'n' };

/* Room for the descriptors of a message. */
union keeper_control {
	struct cmsghdr header;
	char room[CMSG_SPACE(KEEPER_FDS * sizeof(int))];
};

static bool keeper_hand_over(int socket, const struct fast_reader_fds *fds)
{
	const int list[KEEPER_FDS] = {fds->arena, fds->readers};
	char nothing = '\0';
	struct iovec iov = {&nothing, 1};
	union keeper_control control = {
		.header = {.cmsg_len = CMSG_LEN(sizeof(list)),
			   .cmsg_level = SOL_SOCKET,
			   .cmsg_type = SCM_RIGHTS},
	};
	struct msghdr message = {.msg_iov = &iov,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};

	memcpy(CMSG_DATA(&control.header), list, sizeof(list));
	return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

static noreturn void keeper_run(struct fast_address_watch *watch,
				const char *state, int socket)
{
	struct fast_sharing offer = {0, 0};
	struct fast_reader_fds fds;
	struct pollfd polled[] = {
		{.fd = fast_address_watch_fd(watch), .events = POLLIN},
		{.fd = socket, .events = POLLIN},
	};
	char said = '\0', byte; /* what came first counts for good */

	for (;;) {
		if (fast_address_watch_look(watch))
			send(socket, error_text(), strlen(error_text()) + 1,
			     MSG_NOSIGNAL | MSG_DONTWAIT);
		if (said == KEEPER_SHARE &&
		    fast_sharing_look(&offer, state, &fds)) {
			if (!keeper_hand_over(socket, &fds))
				offer = (struct fast_sharing){0, 0};
			fast_reader_fds_close(&fds);
		}
		if (poll(polled, 2, KEEPER_LOOK) <= 0 || !polled[1].revents)
			continue;
		if (recv(socket, &byte, 1, MSG_DONTWAIT) != 1)
			_exit(0); /* nobody is there any more */
		if (!said)
			said = byte;
	}
}

static noreturn void keeper_begin(struct fast_address_watch *watch,
				  const char *state, int socket)
{
	int fds[] = {socket, fast_address_watch_fd(watch)};

	if (keeper_descriptors(fds, 2))
		_exit(1);
	fast_address_watch_moved(watch, fds[1]);
	keeper_confine(KEEPER_MAY,
		       CONFINE_BPF | CONFINE_NETWORK | CONFINE_SHARE);
	keeper_run(watch, state, fds[0]);
}

int fast_keeper_start(struct fast_address_watch *watch, const char *state)
{
	int ends[2], pid;

	/* Packets: each message is read as a whole. */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return error_sys(-errno, "cannot follow the addresses");
	pid = keeper_fork("detour-keeper");
	if (!pid)
		keeper_begin(watch, state, ends[1]);
	close(ends[1]);
	if (pid > 0)
		return ends[0];
	close(ends[0]);
	return error_sys(pid, "cannot follow the addresses");
}

void fast_keeper_share(int keeper, bool sealed)
{
	const char byte = sealed ? KEEPER_SHARE : KEEPER_NEVER;

	send(keeper, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void fds_take(struct fast_reader_fds *fds, struct msghdr *message)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);
	int list[KEEPER_FDS] = {-1, -1};

	if (header && header->cmsg_type == SCM_RIGHTS)
		memcpy(list, CMSG_DATA(header), header->cmsg_len - CMSG_LEN(0));
	*fds = (struct fast_reader_fds){list[0], list[1]};
}

int fast_keeper_read(int keeper, struct fast_reader_fds *fds)
{
	char text[ERROR_TEXT];
	union keeper_control control;
	struct iovec iov = {text, sizeof(text) - 1};
	struct msghdr message = {.msg_iov = &iov,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	ssize_t len =
		recvmsg(keeper, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	int quiet;

	*fds = (struct fast_reader_fds){-1, -1};
	if (len < 0)
		return 0;
	fds_take(fds, &message);
	text[len] = '\0';
	if (*text)
		return error_set(-EIO, "%s", text);
	if (len)
		return 0;
	quiet = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (quiet >= 0 && dup2(quiet, keeper) >= 0)
		close(quiet);
	return error_set(-EPIPE, "the process for it has ended");
}
