// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <linux/capability.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "confine.h"
#include "error.h"
#include "keeper.h"
#include "view_figures.h"
#include "web_gather.h"

enum {
	GATHER_BUSY = 1000,	/* ms between two looks while somebody looks */
	GATHER_IDLE = 10000,	/* ... and while nobody does */
	GATHER_WANTED = 60000,	/* ms that one request counts for */
	GATHER_HELD = 60,	/* seconds that figures may be on their way */
	GATHER_MOST = 64 << 20, /* bytes of figures */
};

enum { WISH_ANY = 'w', WISH_USED = 'u' };

/* BPF maps, programs' ages, and what only its owner may read. */
static const uint64_t gather_may =
	UINT64_C(1) << CAP_DAC_READ_SEARCH | UINT64_C(1) << CAP_SYS_ADMIN |
	UINT64_C(1) << CAP_NET_ADMIN | UINT64_C(1) << CAP_BPF;

static int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static int bytes_send(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;
	ssize_t sent;

	for (; len; at += sent, len -= sent) {
		sent = send(fd, at, len, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			sent = 0;
		else if (sent <= 0)
			return -EPIPE;
	}
	return 0;
}

static int figures_send(int fd, struct view_figures *figures,
			enum view_wish wish)
{
	json_t *root = view_figures_take(figures, wish);
	char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;
	size_t len = text ? strlen(text) : 0;
	uint32_t head = len;
	int err = 0;

	json_decref(root);
	if (len && len <= GATHER_MOST) {
		err = bytes_send(fd, &head, sizeof(head));
		if (!err)
			err = bytes_send(fd, text, len);
	}
	free(text);
	return err;
}

/* When somebody looked last. */
struct looked {
	int64_t any;
	int64_t used; /* at what costs by the number of rules */
};

/* Wait for wishes, or until it is time. */
static void wishes_wait(int fd, int64_t ms, struct looked *looked)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
	char wishes[64];
	ssize_t got;

	if (poll(&poll_fd, 1, ms) <= 0)
		return;
	got = recv(fd, wishes, sizeof(wishes), MSG_DONTWAIT);
	if (!got || (got < 0 && errno != EAGAIN && errno != EINTR))
		_exit(0);
	if (got <= 0)
		return;
	looked->any = clock_ms();
	if (memchr(wishes, WISH_USED, got))
		looked->used = looked->any;
}

static bool is_recent(int64_t looked, int64_t now)
{
	return now - looked < GATHER_WANTED;
}

/* Until it is time for the next look, which is sooner while somebody looks. */
static void gather_pause(int fd, int64_t taken, struct looked *looked)
{
	int64_t now, until;

	for (;;) {
		now = clock_ms();
		until = taken + (is_recent(looked->any, now) ? GATHER_BUSY
							     : GATHER_IDLE);
		if (now >= until)
			return;
		wishes_wait(fd, until - now, looked);
	}
}

static noreturn void gather_run(int fd, const char *state)
{
	struct looked looked = {.any = -GATHER_WANTED};
	enum view_wish wish = VIEW_SOON;
	struct view_figures *figures;
	int64_t taken;

	if (keeper_descriptors(&fd, 1))
		_exit(1);
	keeper_confine(gather_may,
		       CONFINE_BPF | CONFINE_NETWORK | CONFINE_SHARE);
	if (view_figures_new(&figures, state))
		_exit(1);
	for (looked.used = looked.any;;) {
		taken = clock_ms();
		if (figures_send(fd, figures, wish))
			_exit(0);
		gather_pause(fd, taken, &looked);
		wish = is_recent(looked.used, clock_ms()) ? VIEW_SOON
							  : VIEW_NO_WISH;
	}
}

int web_gather_start(const char *state)
{
	struct timeval most = {.tv_sec = GATHER_HELD};
	int ends[2], pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return error_sys(-errno, "cannot gather figures");
	setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &most, sizeof(most));
	pid = keeper_fork("detour-figures");
	if (!pid)
		gather_run(ends[1], state);
	close(ends[1]);
	if (pid > 0)
		return ends[0];
	close(ends[0]);
	return error_sys(pid, "cannot gather figures");
}

void web_gather_want(int fd, bool used)
{
	char wish = used ? WISH_USED : WISH_ANY;

	/* When there is no room, wishes enough are on their way. */
	(void)!send(fd, &wish, sizeof(wish), MSG_NOSIGNAL | MSG_DONTWAIT);
}

static int bytes_receive(int fd, void *bytes, size_t len)
{
	char *at = bytes;
	ssize_t got;

	for (; len; at += got, len -= got) {
		got = recv(fd, at, len, 0);
		if (got < 0 && errno == EINTR)
			got = 0;
		else if (got <= 0)
			return error_set(
				-EPIPE,
				"the process that gathers figures has ended, or says nothing");
	}
	return 0;
}

int web_gather_receive(int fd, json_t **figures)
{
	uint32_t len;
	int err = bytes_receive(fd, &len, sizeof(len));
	char *text;

	if (err)
		return err;
	if (len > GATHER_MOST)
		return error_set(-EBADMSG, "figures of %u bytes", len);
	text = malloc(len);
	if (!text)
		return error_sys(-ENOMEM, "cannot take figures");
	err = bytes_receive(fd, text, len);
	*figures = err ? NULL : json_loadb(text, len, 0, NULL);
	free(text);
	if (!err && !*figures)
		err = error_set(-EBADMSG, "the figures are no JSON");
	return err;
}
