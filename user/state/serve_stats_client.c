// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "serve_stats_client.h"
#include "serve_stats_socket.h"
#include "server_socket.h"

enum { READ_TIME = 2 }; /* seconds for each of connect() and recv() */

/* Bytes of another program, perhaps a hostile one. Counters that only a newer
 * server has are left out. */
static int message_take(uint64_t *value,
			const struct serve_stats_message *message, size_t len)
{
	size_t head = offsetof(struct serve_stats_message, value);
	size_t count;

	if (len < head || message->magic != SERVE_STATS_MAGIC)
		return -EBADMSG;
	count = message->count;
	if (count > INT_MAX || len != head + count * sizeof(*value))
		return -EBADMSG;
	if (count > SERVE_COUNT)
		count = SERVE_COUNT;
	memset(value, 0, SERVE_COUNT * sizeof(*value));
	memcpy(value, message->value, count * sizeof(*value));
	return 0;
}

static int message_read(uint64_t *value, int fd)
{
	struct serve_stats_message message;
	ssize_t len;

	/* MSG_TRUNC: the length that it was sent with. */
	len = recv(fd, &message, sizeof(message), MSG_TRUNC);
	if (len < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	return len ? message_take(value, &message, len) : -ECONNRESET;
}

int serve_stats_read(uint64_t value[SERVE_COUNT], const char *path)
{
	int fd, err;

	fd = err =
		server_socket_connect(path, SERVER_SOCKET_COUNTERS, READ_TIME);
	if (fd >= 0) {
		err = message_read(value, fd);
		close(fd);
	}
	if (err)
		return error_sys(err, "cannot read counters of %s%s", path,
				 server_socket_suffix(SERVER_SOCKET_COUNTERS));
	return 0;
}
