// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "access_file.h"
#include "access_keeper.h"
#include "access_message.h"
#include "access_sink.h"
#include "error.h"

/* Opened anew they would be somebody else's, or nobody's. */
static int stream_number(const char *path)
{
	if (!strcmp(path, "/dev/stdout"))
		return STDOUT_FILENO;
	return strcmp(path, "/dev/stderr") ? -1 : STDERR_FILENO;
}

static int stream_open(const char *path)
{
	int fd = fcntl(stream_number(path), F_DUPFD_CLOEXEC, 0);

	return fd < 0 ? error_sys(-errno, "cannot open %s", path) : fd;
}

static enum access_kind kind_of(const char *where)
{
	if (!strcmp(where, "syslog"))
		return ACCESS_SYSLOG;
	if (!strcmp(where, "journal"))
		return ACCESS_JOURNAL;
	return stream_number(where) >= 0 ? ACCESS_STREAM : ACCESS_FILE;
}

static int sink_fd(const struct access_sink *sink)
{
	switch (sink->kind) {
	case ACCESS_STREAM:
		return stream_open(sink->path);
	case ACCESS_FILE:
		return sink->keeper < 0
			       ? access_file_open(sink->path)
			       : access_keeper_open(sink->keeper, sink->path);
	default:
		return access_message_open(sink->kind == ACCESS_JOURNAL);
	}
}

int access_sink_open(struct access_sink *sink, const char *where, bool keep)
{
	*sink = ACCESS_SINK_NONE;
	sink->kind = kind_of(where);
	sink->path = where;
	sink->fd = sink_fd(sink);
	if (sink->fd < 0)
		return sink->fd;
	if (sink->kind != ACCESS_FILE || !keep)
		return 0;
	sink->keeper = access_keeper_start(where);
	return sink->keeper < 0 ? sink->keeper : 0;
}

int access_sink_reopen(struct access_sink *sink)
{
	int fd;

	if (sink->kind != ACCESS_FILE)
		return 0;
	fd = sink_fd(sink);
	if (fd < 0)
		return fd;
	close(sink->fd);
	sink->fd = fd;
	return 0;
}

/* Others have the same stream, and may want to wait: so its flags stay. What
 * poll() says holds for PIPE_BUF bytes. */
static size_t stream_write(int fd, const char *lines, size_t len)
{
	struct pollfd ready = {.fd = fd, .events = POLLOUT};
	size_t done = 0;

	while (done < len && poll(&ready, 1, 0) == 1 &&
	       ready.revents & POLLOUT) {
		size_t piece = len - done < PIPE_BUF ? len - done : PIPE_BUF;
		ssize_t n = write(fd, lines + done, piece);

		if (n <= 0)
			break;
		done += n;
	}
	return done;
}

static size_t file_write(int fd, const char *lines, size_t len)
{
	size_t done = 0;
	ssize_t n = 1;

	while (done < len && n > 0) {
		n = write(fd, lines + done, len - done);
		if (n > 0)
			done += n;
	}
	return done;
}

/* Whether a line is done with. Where whoever reads has been started anew, the
 * socket is, too. */
static bool message_send(struct access_sink *sink, const char *line, size_t len)
{
	bool journal = sink->kind == ACCESS_JOURNAL;
	int err;

	if (sink->fd < 0)
		sink->fd = access_message_open(journal);
	if (sink->fd < 0)
		return false;
	err = access_message_send(sink->fd, journal, line, len);
	if (err == -EPIPE) {
		close(sink->fd);
		sink->fd = -1;
	}
	sink->unsaid += err == -EMSGSIZE;
	return !err || err == -EMSGSIZE;
}

/* A message a line. */
static size_t message_write(struct access_sink *sink, const char *lines,
			    size_t len)
{
	size_t done = 0;

	while (done < len) {
		const char *line = lines + done;
		const char *end = memchr(line, '\n', len - done);

		if (!end || !message_send(sink, line, end - line))
			break;
		done = end + 1 - lines;
	}
	return done;
}

size_t access_sink_write(struct access_sink *sink, const char *lines,
			 size_t len)
{
	if (sink->kind == ACCESS_FILE)
		return file_write(sink->fd, lines, len);
	if (sink->kind == ACCESS_STREAM)
		return stream_write(sink->fd, lines, len);
	return message_write(sink, lines, len);
}

void access_sink_close(struct access_sink *sink)
{
	if (sink->fd >= 0)
		close(sink->fd);
	if (sink->keeper >= 0)
		close(sink->keeper);
	*sink = ACCESS_SINK_NONE;
}
