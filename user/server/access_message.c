// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "access_message.h"
#include "error.h"

enum { MESSAGE_SOCKET = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC };

int access_message_open(bool journal)
{
	const char *path = journal ? "/run/systemd/journal/socket" : "/dev/log";
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd, err;

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	fd = socket(AF_UNIX, MESSAGE_SOCKET, 0);
	if (fd < 0)
		return error_sys(-errno, "cannot create a socket");
	if (!connect(fd, (const void *)&addr, sizeof(addr)))
		return fd;
	err = -errno;
	close(fd);
	return error_sys(err, "cannot reach %s", path);
}

/* "<30>Nov 28 13:00:00 detour[123]: ": months have English names. */
static size_t syslog_head(char *dst, size_t room)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t now = time(NULL);
	struct tm tm;

	if (!localtime_r(&now, &tm))
		return 0;
	return snprintf(dst, room, "<%d>%.3s %2d %02d:%02d:%02d detour[%d]: ",
			LOG_DAEMON | LOG_INFO, months + tm.tm_mon * 3,
			tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
			(int)getpid());
}

static size_t journal_head(char *dst, size_t room)
{
	return snprintf(dst, room,
			"PRIORITY=%d\nSYSLOG_FACILITY=%d\n"
			"SYSLOG_IDENTIFIER=detour\nMESSAGE=",
			LOG_INFO, LOG_DAEMON >> 3);
}

/* The one that was bound there is gone. */
static bool is_gone(int err)
{
	return err == ECONNREFUSED || err == ENOTCONN || err == ECONNRESET;
}

int access_message_send(int fd, bool journal, const char *line, size_t len)
{
	char head[128], end = '\n';
	struct iovec parts[] = {
		{head, journal ? journal_head(head, sizeof(head))
			       : syslog_head(head, sizeof(head))},
		{(char *)line, len},
		{&end, journal},
	};
	const struct msghdr message = {.msg_iov = parts, .msg_iovlen = 3};

	if (sendmsg(fd, &message, MSG_NOSIGNAL) >= 0)
		return 0;
	return is_gone(errno) ? -EPIPE : -errno;
}
