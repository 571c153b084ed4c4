// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "buffer.h"

int buffer_init(struct buffer *buffer, size_t cap)
{
	*buffer = (struct buffer){.data = malloc(cap), .cap = cap};
	return buffer->data ? 0 : -ENOMEM;
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){.data = NULL};
}

size_t buffer_room(struct buffer *buffer)
{
	if (buffer->start == buffer->end)
		buffer->start = buffer->end = 0;
	if (buffer->end == buffer->cap && buffer->start) {
		memmove(buffer->data, buffer->data + buffer->start,
			buffer_len(buffer));
		buffer->end -= buffer->start;
		buffer->start = 0;
	}
	return buffer->cap - buffer->end;
}

int buffer_add(struct buffer *buffer, const void *data, size_t len)
{
	if (buffer->cap - buffer->end < len) {
		uint8_t *grown = realloc(buffer->data, buffer->end + len);

		if (!grown)
			return -ENOMEM;
		buffer->data = grown;
		buffer->cap = buffer->end + len;
	}
	memcpy(buffer->data + buffer->end, data, len);
	buffer->end += len;
	return 0;
}

ssize_t buffer_recv(struct buffer *buffer, int fd)
{
	size_t room = buffer_room(buffer);
	ssize_t n = recv(fd, buffer->data + buffer->end, room, 0);

	if (n < 0)
		return -errno;
	buffer->end += n;
	return n;
}

ssize_t buffer_send(struct buffer *buffer, int fd, size_t max)
{
	ssize_t n;

	n = send(fd, buffer->data + buffer->start, max, MSG_NOSIGNAL);
	if (n < 0)
		return -errno;
	buffer->start += n;
	return n;
}
