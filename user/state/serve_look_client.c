// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "serve_look_client.h"
#include "server_list_read.h"
#include "server_socket.h"
#include "state.h"

enum { LOOK_TIME = 2 }; /* seconds for each call */

union look_control {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(int))];
};

/* The descriptor, -1 for none. */
static int control_take(struct msghdr *head)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(head);
	int fd = -1;

	if (control && control->cmsg_level == SOL_SOCKET &&
	    control->cmsg_type == SCM_RIGHTS &&
	    control->cmsg_len == CMSG_LEN(sizeof(fd)))
		memcpy(&fd, CMSG_DATA(control), sizeof(fd));
	return fd;
}

/* A server that refuses closes without having read the question: that is told
 * first, and its message is still there. */
static ssize_t look_receive(int from, struct msghdr *head)
{
	ssize_t len = recvmsg(from, head, MSG_CMSG_CLOEXEC);

	if (len < 0 && errno == ECONNRESET)
		len = recvmsg(from, head, MSG_CMSG_CLOEXEC);
	return len;
}

/* One message: 1, 0 for the last one, or -errno. */
static int message_take(struct look_found *found, int from, enum look_kind kind)
{
	struct look_message message;
	union look_control control;
	struct iovec iov = {&message, sizeof(message)};
	struct msghdr head = {.msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = &control,
			      .msg_controllen = sizeof(control)};
	ssize_t len = look_receive(from, &head);

	if (len < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	found->fd = control_take(&head);
	if (!len)
		return -ECONNRESET;
	if (len != sizeof(message) || message.magic != LOOK_MAGIC ||
	    head.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
		return -EBADMSG;
	if (message.last)
		return message.err < 0 && message.err > -4096 ? message.err : 0;
	if (found->fd < 0 || message.kind != kind)
		return -EBADMSG;
	found->id = message.id;
	memcpy(found->name, message.name, sizeof(found->name));
	found->name[sizeof(found->name) - 1] = '\0';
	return 1;
}

/* All of them; *told says that the error is fn's. */
static int look_take(int from, enum look_kind kind, struct look_found *found,
		     int (*fn)(struct look_found *found, void *arg), void *arg,
		     int *told)
{
	int more, err = 0;

	do {
		found->fd = -1;
		more = message_take(found, from, kind);
		if (more == 1)
			*told = err = fn(found, arg);
		if (found->fd >= 0)
			close(found->fd);
	} while (more == 1 && !err);
	return err ? err : more;
}

int serve_look_ask(const char *path, enum look_kind kind,
		   const struct server_list_entry *server,
		   int (*fn)(struct look_found *found, void *arg), void *arg)
{
	struct look_ask ask = {LOOK_MAGIC, kind};
	struct look_found found = {.server = server};
	int fd, err, told = 0;

	fd = server_socket_connect(path, SERVER_SOCKET_LOOK, LOOK_TIME);
	if (fd < 0)
		return error_sys(fd, "cannot look at %s%s", path,
				 server_socket_suffix(SERVER_SOCKET_LOOK));
	/* If this fails, what follows says why. */
	(void)!send(fd, &ask, sizeof(ask), MSG_NOSIGNAL);
	err = look_take(fd, kind, &found, fn, arg, &told);
	if (!err)
		return fd;
	close(fd);
	if (told)
		return err;
	return error_sys(err, "cannot look at %s%s", path,
			 server_socket_suffix(SERVER_SOCKET_LOOK));
}

struct look_walk {
	const char *state;
	enum look_kind kind;
	int (*fn)(struct look_found *found, void *arg);
	void (*failed)(const struct server_list_entry *server, int err,
		       void *arg);
	void *arg;
	int told; /* what fn returned */
};

static int walk_found(struct look_found *found, void *arg)
{
	struct look_walk *walk = arg;

	walk->told = walk->fn(found, walk->arg);
	return walk->told;
}

static int walk_server(const struct server_list_entry *server, void *arg)
{
	struct look_walk *walk = arg;
	char path[PATH_MAX];
	int fd;

	state_path(path, walk->state, "servers/%s", server->name);
	fd = serve_look_ask(path, walk->kind, server, walk_found, walk);
	if (fd >= 0)
		close(fd);
	else if (!walk->told && server_list_runs(walk->state, server->name))
		walk->failed(server, fd, walk->arg);
	return walk->told;
}

int serve_look_each(const char *state, enum look_kind kind,
		    int (*fn)(struct look_found *found, void *arg),
		    void (*failed)(const struct server_list_entry *server,
				   int err, void *arg),
		    void *arg)
{
	struct look_walk walk = {state, kind, fn, failed, arg, 0};

	return server_list_each(state, walk_server, &walk);
}

int look_map(const struct look_found *found, size_t least, const void **memory,
	     size_t *size)
{
	int seals = fcntl(found->fd, F_GET_SEALS);
	struct stat st;
	void *at;

	if (seals < 0 || !(seals & F_SEAL_SHRINK) || fstat(found->fd, &st) ||
	    st.st_size < (off_t)least)
		return error_set(-EBADMSG,
				 "what the server %d gives is not its memory",
				 (int)found->server->pid);
	at = mmap(NULL, st.st_size, PROT_READ, MAP_SHARED, found->fd, 0);
	if (at == MAP_FAILED)
		return error_sys(-errno,
				 "cannot read the memory of the server %d",
				 (int)found->server->pid);
	*memory = at;
	*size = st.st_size;
	return 0;
}
