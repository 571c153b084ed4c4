// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "access_file.h"
#include "access_keeper.h"
#include "error.h"
#include "keeper.h"
#include "confine.h"

enum {
	/* To be the owner of a folder, and in one of root's own to open what
	 * root may. */
	KEEPER_MAY = 1 << CAP_SETUID | 1 << CAP_SETGID | 1 << CAP_DAC_OVERRIDE |
		     1 << CAP_DAC_READ_SEARCH,
	KEEPER_WAIT = 5, /* seconds for an answer */
};

/* Room for the descriptor of a message. */
union keeper_control {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(int))];
};

struct keeper_reply {
	int err;
	char text[ERROR_TEXT]; /* of the error */
};

static void keeper_reply(int socket, int fd)
{
	struct keeper_reply reply = {.err = fd < 0 ? fd : 0};
	struct iovec iov = {&reply, sizeof(reply)};
	union keeper_control control = {
		.header = {.cmsg_len = CMSG_LEN(sizeof(int)),
			   .cmsg_level = SOL_SOCKET,
			   .cmsg_type = SCM_RIGHTS},
	};
	struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};

	if (fd < 0) {
		error_save(reply.text);
	} else {
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
	}
	if (sendmsg(socket, &message, MSG_NOSIGNAL) < 0)
		_exit(1);
}

static noreturn void keeper_run(const char *path, int socket)
{
	char ask;
	int fd;

	if (keeper_descriptors(&socket, 1))
		_exit(1);
	keeper_confine(KEEPER_MAY, CONFINE_OWNER);
	if (setgroups(0, NULL))
		_exit(1);
	while (recv(socket, &ask, 1, 0) == 1) {
		fd = access_file_open(path);
		keeper_reply(socket, fd);
		if (fd >= 0)
			close(fd);
	}
	_exit(0);
}

int access_keeper_start(const char *path)
{
	const struct timeval wait = {.tv_sec = KEEPER_WAIT};
	int ends[2], pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return error_sys(-errno, "cannot keep %s open", path);
	setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	pid = keeper_fork("detour-log");
	if (!pid)
		keeper_run(path, ends[1]);
	close(ends[1]);
	if (pid > 0)
		return ends[0];
	close(ends[0]);
	return error_sys(pid, "cannot keep %s open", path);
}

int access_keeper_open(int keeper, const char *path)
{
	struct keeper_reply reply;
	struct iovec iov = {&reply, sizeof(reply)};
	union keeper_control control;
	struct msghdr message = {.msg_iov = &iov,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	struct cmsghdr *header;
	ssize_t len;
	int fd;

	/* An answer that came too late is none to this question. */
	while (recv(keeper, &reply, sizeof(reply), MSG_DONTWAIT) > 0)
		;
	if (send(keeper, "o", 1, MSG_NOSIGNAL) != 1)
		return error_sys(-errno, "cannot open %s", path);
	do {
		len = recvmsg(keeper, &message, MSG_CMSG_CLOEXEC);
	} while (len < 0 && errno == EINTR);
	if (len != sizeof(reply))
		return error_set(-EPIPE, "cannot open %s: its keeper is gone",
				 path);
	if (reply.err)
		return error_set(reply.err, "%.*s", ERROR_TEXT, reply.text);
	header = CMSG_FIRSTHDR(&message);
	if (!header || header->cmsg_type != SCM_RIGHTS)
		return error_set(-EMFILE, "cannot open %s: too many open files",
				 path);
	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}
