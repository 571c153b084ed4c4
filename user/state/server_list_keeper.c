// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "announcement.h"
#include "error.h"
#include "keeper.h"
#include "confine.h"
#include "server_list_ended.h"
#include "server_list_keeper.h"
#include "server_socket.h"
#include "state.h"
#include "state_owner.h"

enum {
	/* To be the owner of a state directory; and in one of root's own, what
	 * file_open() needs. */
	KEEPER_MAY = 1 << CAP_SETUID | 1 << CAP_SETGID |
		     1 << CAP_DAC_READ_SEARCH | 1 << CAP_DAC_OVERRIDE |
		     1 << CAP_CHOWN | 1 << CAP_FOWNER,
	KEEPER_FDS = 1 + SERVER_SOCKETS, /* the announcement's, and sockets */
};

enum keeper_ask {
	KEEPER_LOOK = 'l',
	KEEPER_ANEW = 'a', /* the server has none, whatever was made before */
	KEEPER_FOLD = 'f',
};

struct keeper_reply {
	int err;
	char name[64];
	bool made[SERVER_SOCKETS]; /* whether it comes with this */
	char text[ERROR_TEXT];	   /* of the error */
};

/* Room for the descriptors of a message. */
union keeper_control {
	struct cmsghdr header;
	char room[CMSG_SPACE(KEEPER_FDS * sizeof(int))];
};

static struct msghdr keeper_message(struct iovec *iov,
				    union keeper_control *control)
{
	memset(control, 0, sizeof(*control));
	return (struct msghdr){.msg_iov = iov,
			       .msg_iovlen = 1,
			       .msg_control = control,
			       .msg_controllen = sizeof(*control)};
}

static int keeper_send(int fd, struct keeper_reply *reply, const int *fds,
		       size_t count)
{
	struct iovec iov = {reply, sizeof(*reply)};
	size_t size = count * sizeof(*fds);
	union keeper_control control;
	struct msghdr message = keeper_message(&iov, &control);

	message.msg_controllen = count ? CMSG_SPACE(size) : 0;
	if (count) {
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(size);
		memcpy(CMSG_DATA(&control.header), fds, size);
	}
	return sendmsg(fd, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static int keeper_receive(int fd, struct keeper_reply *reply, int *fds)
{
	struct iovec iov = {reply, sizeof(*reply)};
	union keeper_control control;
	struct msghdr message = keeper_message(&iov, &control);
	struct cmsghdr *header;
	ssize_t len;

	do {
		len = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
	} while (len < 0 && errno == EINTR);
	if (len != sizeof(*reply))
		return -EPIPE;
	header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_type == SCM_RIGHTS)
		memcpy(fds, CMSG_DATA(header), header->cmsg_len - CMSG_LEN(0));
	return 0;
}

/* Look, and give the descriptors that are the server's: how many. */
static int keeper_look(struct announcement *own, struct keeper_reply *reply,
		       int *fds)
{
	int count = 0, kind;

	reply->err = announcement_look(own);
	if (reply->err <= 0)
		return 0;
	strcpy(reply->name, own->name);
	fds[count++] = own->fd;
	for (kind = 0; kind < SERVER_SOCKETS; kind++) {
		fds[count] = server_socket_make(own->path, kind);
		reply->made[kind] = fds[count] >= 0;
		count += reply->made[kind];
	}
	/* What has the lock is the server's alone. */
	own->fd = openat(own->dir, own->name, O_PATH | O_CLOEXEC | O_NOFOLLOW);
	return count;
}

static void keeper_answer(struct announcement *own, int fd, char ask)
{
	struct keeper_reply reply = {.err = state_owner_become(own->state)};
	int fds[KEEPER_FDS], count = 0;

	if (!reply.err && ask == KEEPER_FOLD)
		server_list_fold(own->state, 0, 0);
	if (!reply.err && ask == KEEPER_ANEW)
		announcement_leave(own);
	if (!reply.err && ask != KEEPER_FOLD)
		count = keeper_look(own, &reply, fds);
	if (reply.err < 0)
		error_save(reply.text);
	state_owner_return();
	if (keeper_send(fd, &reply, fds, count))
		_exit(1);
	while (count)
		close(fds[--count]);
}

static noreturn void keeper_run(struct announcement *own, int fd)
{
	char ask;

	if (keeper_descriptors(&fd, 1))
		_exit(1);
	keeper_confine(KEEPER_MAY, CONFINE_OWNER);
	if (setgroups(0, NULL))
		_exit(1);
	while (recv(fd, &ask, 1, 0) == 1)
		keeper_answer(own, fd, ask);
	_exit(0);
}

int server_list_keeper_start(struct announcement *own)
{
	int ends[2], pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return error_sys(-errno, "cannot list this server elsewhere");
	pid = keeper_fork("detour-registry");
	if (!pid)
		keeper_run(own, ends[1]);
	close(ends[1]);
	if (pid > 0)
		return ends[0];
	close(ends[0]);
	return error_sys(pid, "cannot list this server elsewhere");
}

static int keeper_ask(int keeper, char ask, struct keeper_reply *reply,
		      int *fds)
{
	if (keeper < 0 || send(keeper, &ask, 1, MSG_NOSIGNAL) != 1)
		return -EPIPE;
	return keeper_receive(keeper, reply, fds);
}

int server_list_keeper_look(int keeper, struct announcement *own, int *socket)
{
	int fds[KEEPER_FDS], err, kind, count = 1;
	struct keeper_reply reply;

	memset(fds, -1, sizeof(fds));
	err = keeper_ask(keeper, own->fd < 0 ? KEEPER_ANEW : KEEPER_LOOK,
			 &reply, fds);
	if (err || !reply.err)
		return err;
	own->again = true;
	announcement_close(own);
	own->fd = fds[0];
	for (kind = 0; kind < SERVER_SOCKETS; kind++) {
		if (socket[kind] >= 0)
			close(socket[kind]);
		socket[kind] = reply.made[kind] ? fds[count++] : -1;
	}
	if (reply.err < 0)
		return error_set(reply.err, "%s", reply.text);
	strcpy(own->name, reply.name);
	state_path(own->path, own->state, "servers/%s", reply.name);
	return reply.err;
}

int server_list_keeper_fold(int keeper)
{
	struct keeper_reply reply;
	int fds[KEEPER_FDS];

	return keeper_ask(keeper, KEEPER_FOLD, &reply, fds);
}
