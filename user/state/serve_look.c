// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "serve_look.h"
#include "serve_look_asker.h"
#include "server_socket.h"

enum {
	LOOK_ASKERS = 64,    /* at a time */
	LOOK_WAIT = 1000,    /* ms for a question, and for room to answer */
	LOOK_PAUSE = 100000, /* us, when there is no room to accept */
};

struct look_asker {
	int fd;		     /* or -1 */
	enum look_kind kind; /* that he looks at, or 0: he has not asked yet */
	int64_t until;	     /* ms: when he is to have asked */
};

struct serve_look {
	const char *state;
	struct look_offer offer[LOOK_KINDS];
	unsigned int watchers[LOOK_KINDS];
	struct look_asker asker[LOOK_ASKERS]; /* the thread's alone */
	int fd;
	int wake; /* poll() does not wait when another socket is there */
	char path[PATH_MAX + SERVER_SOCKET_SUFFIX];
	bool running; /* the thread */
	atomic_bool stopping;
	pthread_t thread;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

int serve_look_new(struct serve_look **result, const char *state)
{
	struct serve_look *look = calloc(1, sizeof(*look));
	int i;

	if (!look)
		return error_sys(-ENOMEM, "cannot start");
	look->state = state;
	look->fd = -1;
	look->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	for (i = 0; i < LOOK_ASKERS; i++)
		look->asker[i].fd = -1;
	*result = look;
	return 0;
}

void serve_look_offer(struct serve_look *look, enum look_kind kind,
		      const struct look_offer *offer)
{
	look->offer[kind] = *offer;
}

int serve_look_listen(struct serve_look *look, const char *path, int fd)
{
	int err;

	if (fd < 0)
		fd = server_socket_make(path, SERVER_SOCKET_LOOK);
	if (fd < 0)
		return fd;
	snprintf(look->path, sizeof(look->path), "%s%s", path,
		 server_socket_suffix(SERVER_SOCKET_LOOK));
	/* It may be replaced between poll() and accept4(). */
	err = fcntl(fd, F_SETFL, O_NONBLOCK) ? -errno : 0;
	if (!err)
		err = server_socket_replace(&look->fd, fd);
	eventfd_write(look->wake, 1);
	if (!err)
		return 0;
	close(fd);
	return error_sys(err, "cannot create %s", look->path);
}

/* The descriptor goes along, unless it is -1. */
static int look_send(int to, struct look_message *message, int fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {.header = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	struct iovec iov = {message, sizeof(*message)};
	struct msghdr head = {.msg_iov = &iov, .msg_iovlen = 1};

	if (fd >= 0) {
		head.msg_control = &control;
		head.msg_controllen = sizeof(control);
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	}
	return sendmsg(to, &head, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int look_give(struct look_asker *asker, int fd, uint64_t id, const char *name)
{
	struct look_message message = {
		.magic = LOOK_MAGIC,
		.kind = asker->kind,
		.id = id,
	};

	snprintf(message.name, sizeof(message.name), "%s", name);
	return look_send(asker->fd, &message, fd);
}

static void asker_close(struct serve_look *look, struct look_asker *asker)
{
	const struct look_offer *offer = &look->offer[asker->kind];

	close(asker->fd);
	asker->fd = -1;
	if (asker->kind && offer->watched && !--look->watchers[asker->kind])
		offer->watched(false, offer->arg);
	asker->kind = 0;
}

static void asker_begin(struct serve_look *look, struct look_asker *asker,
			enum look_kind kind)
{
	const struct look_offer *offer = &look->offer[kind];

	asker->kind = kind;
	if (offer->watched && !look->watchers[kind]++)
		offer->watched(true, offer->arg);
}

/* What he asks for is all that he ever says. */
static void asker_answer(struct serve_look *look, struct look_asker *asker,
			 const struct look_ask *ask)
{
	struct look_message end = {
		.magic = LOOK_MAGIC, .kind = ask->kind, .last = 1};
	const struct look_offer *offer = NULL;

	if (ask->kind < LOOK_KINDS && look->offer[ask->kind].give)
		offer = &look->offer[ask->kind];
	if (!offer) {
		end.err = -EOPNOTSUPP;
	} else {
		asker_begin(look, asker, ask->kind);
		end.err = offer->give(asker, offer->arg);
	}
	if (look_send(asker->fd, &end, -1) || end.err || !offer->watched)
		asker_close(look, asker);
}

static void asker_ready(struct serve_look *look, struct look_asker *asker)
{
	struct look_ask ask;
	ssize_t len =
		recv(asker->fd, &ask, sizeof(ask), MSG_TRUNC | MSG_DONTWAIT);

	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (asker->kind || len != sizeof(ask) || ask.magic != LOOK_MAGIC)
		asker_close(look, asker);
	else
		asker_answer(look, asker, &ask);
}

/* Who may not look takes nobody's place. */
static int asker_open(struct serve_look *look, int fd)
{
	struct timeval limit = {.tv_sec = LOOK_WAIT / 1000};
	int i;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)))
		return -errno;
	if (!look_asker_may(fd, look->state))
		return -EACCES;
	for (i = 0; i < LOOK_ASKERS; i++) {
		if (look->asker[i].fd >= 0)
			continue;
		look->asker[i].fd = fd;
		look->asker[i].until = now_ms() + LOOK_WAIT;
		return 0;
	}
	return -EBUSY;
}

static void look_accept(struct serve_look *look)
{
	struct look_message end = {.magic = LOOK_MAGIC, .last = 1};
	int fd = accept4(look->fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0 && errno != EAGAIN && !atomic_load(&look->stopping))
		usleep(LOOK_PAUSE);
	if (fd < 0)
		return;
	end.err = asker_open(look, fd);
	if (!end.err)
		return;
	look_send(fd, &end, -1);
	close(fd);
}

/* Those who do not ask are closed; how long to wait for the next of them. */
static int look_late(struct serve_look *look)
{
	int64_t now = now_ms(), next = -1;
	int i;

	for (i = 0; i < LOOK_ASKERS; i++) {
		struct look_asker *asker = &look->asker[i];

		if (asker->fd < 0 || asker->kind)
			continue;
		if (asker->until <= now)
			asker_close(look, asker);
		else if (next < 0 || asker->until - now < next)
			next = asker->until - now;
	}
	return next;
}

static void look_round(struct serve_look *look)
{
	struct pollfd fds[LOOK_ASKERS + 2];
	int wait = look_late(look), i;
	eventfd_t count;

	for (i = 0; i < LOOK_ASKERS; i++)
		fds[i] = (struct pollfd){look->asker[i].fd, POLLIN, 0};
	fds[i++] = (struct pollfd){look->fd, POLLIN, 0};
	fds[i++] = (struct pollfd){look->wake, POLLIN, 0};
	if (poll(fds, i, wait) < 0)
		return;
	for (i = 0; i < LOOK_ASKERS; i++)
		if (fds[i].revents)
			asker_ready(look, &look->asker[i]);
	if (fds[i++].revents)
		look_accept(look);
	if (fds[i].revents)
		eventfd_read(look->wake, &count);
}

static void *look_main(void *arg)
{
	struct serve_look *look = arg;
	int i;

	while (!atomic_load(&look->stopping))
		look_round(look);
	for (i = 0; i < LOOK_ASKERS; i++)
		if (look->asker[i].fd >= 0)
			asker_close(look, &look->asker[i]);
	return NULL;
}

int serve_look_start(struct serve_look *look)
{
	int err;

	if (look->fd < 0 || look->running)
		return 0;
	err = -pthread_create(&look->thread, NULL, look_main, look);
	if (err)
		return error_sys(err, "cannot start a thread to be looked at");
	look->running = true;
	return 0;
}

void serve_look_close(struct serve_look *look)
{
	if (!look)
		return;
	if (look->fd >= 0)
		unlink(look->path);
	if (look->running) {
		atomic_store(&look->stopping, true);
		eventfd_write(look->wake, 1);
		pthread_join(look->thread, NULL);
	}
	if (look->fd >= 0)
		close(look->fd);
	if (look->wake >= 0)
		close(look->wake);
	free(look);
}
