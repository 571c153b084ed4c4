/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BUFFER_H
#define BUFFER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Bytes on their way from one socket to another. */
struct buffer {
	uint8_t *data;
	size_t cap;
	size_t start; /* of the bytes that are there */
	size_t end;
};

int buffer_init(struct buffer *buffer, size_t cap); /* 0 or -ENOMEM */
void buffer_free(struct buffer *buffer);

static inline size_t buffer_len(const struct buffer *buffer)
{
	return buffer->end - buffer->start;
}

/* How many bytes can be added; what is there is moved to make room. */
size_t buffer_room(struct buffer *buffer);

/* Add bytes; 0 or -ENOMEM. Grows beyond cap if it must. */
int buffer_add(struct buffer *buffer, const void *data, size_t len);

/* Read into it, and write out of it at most max bytes: the number of bytes, 0
 * at the end of the stream, or -errno. */
ssize_t buffer_recv(struct buffer *buffer, int fd);
ssize_t buffer_send(struct buffer *buffer, int fd, size_t max);

#endif
