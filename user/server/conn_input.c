// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conn.h"
#include "conn_input.h"
#include "server_options.h"
#include "worker.h"

/* An incomplete head up to this size is copied before what comes next, so
 * that reads stay large; a longer one is continued in place, so that bytes
 * are not copied for every byte that arrives. */
enum { CONN_COPY_MAX = 1024 };

static void conn_head_init(const struct conn *conn, struct head *head)
{
	const struct server_options *options = conn->worker->options;

	head_init(head, options->head_size, options->target_size);
}

static struct conn_input *conn_input_new(uint32_t len)
{
	uint32_t cap = 2 * CONN_COPY_MAX;
	struct conn_input *in;

	while (cap < len)
		cap *= 2;
	in = malloc(sizeof(*in) + cap);
	if (!in)
		return NULL;
	in->cap = cap;
	in->len = 0;
	return in;
}

void conn_drop(struct conn *conn)
{
	free(conn->in);
	conn->in = NULL;
}

int conn_keep(struct conn *conn, const struct head *head, const uint8_t *rest,
	      uint32_t len)
{
	struct conn_input *in = conn->in;

	if (!len || conn->state >= CONN_FLUSH) {
		conn_drop(conn);
		return 0;
	}
	if (!in)
		in = conn_input_new(len);
	if (!in)
		return -ENOMEM;
	if (rest != in->data)
		memmove(in->data, rest, len);
	in->len = len;
	in->head = *head;
	conn->in = in;
	return 0;
}

static int conn_input_grow(struct conn *conn)
{
	struct conn_input *in = conn->in;

	if (in->cap - in->len >= CONN_COPY_MAX)
		return 0;
	in = realloc(in, sizeof(*in) + in->cap * 2);
	if (!in)
		return -ENOMEM;
	in->cap *= 2;
	conn->in = in;
	return 0;
}

int conn_room(struct conn *conn, struct head *head, uint8_t **data,
	      uint32_t *have, uint32_t *cap)
{
	struct conn_input *in = conn->in;

	*data = conn->worker->in;
	*cap = WORKER_IN;
	*have = 0;
	if (!in) {
		conn_head_init(conn, head);
		return 0;
	}
	*head = in->head;
	*have = in->len;
	if (in->len <= CONN_COPY_MAX) {
		memcpy(*data, in->data, in->len);
		return 0;
	}
	if (conn_input_grow(conn))
		return -ENOMEM;
	*data = conn->in->data;
	*cap = conn->in->cap;
	return 0;
}
