// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>

#include "conn.h"
#include "conn_header.h"
#include "conn_input.h"
#include "conn_send.h"
#include "conn_settle.h"
#include "conn_wait.h"
#include "proxy_header.h"
#include "worker.h"

/* What the header does not say is as of any connection. */
static void header_take(struct conn *conn, const struct proxy_header *header)
{
	conn->awaits_header = false;
	conn->https |= header->tls;
	conn->peer = header->from;
	conn->to = header->to;
}

/* Wait for the rest of the header, or for a request: each as for a head. */
static void header_wait(struct conn *conn, const struct head *head,
			const uint8_t *data, uint32_t len)
{
	if (conn_keep(conn, head, data, len)) {
		conn_close(conn, SERVE_CLOSED_MEMORY);
		return;
	}
	if (!len)
		conn_wait(conn, TIMER_FIRST);
	else if (conn->timer.kind != TIMER_HEAD)
		conn_wait(conn, TIMER_HEAD);
	/* Else some clients wait with what comes next, for 40 ms. */
	conn_acknowledge(conn);
	conn_settle(conn);
}

int conn_header(struct conn *conn, const struct head *head, const uint8_t *data,
		uint32_t len)
{
	struct proxy_header header;
	int taken = proxy_header_read(&header, data, len);

	if (taken < 0) {
		conn_close(conn, taken == -ENOENT ? SERVE_CLOSED_NO_HEADER
						  : SERVE_CLOSED_BAD_HEADER);
		return -1;
	}
	if (taken)
		header_take(conn, &header);
	if (taken && (uint32_t)taken < len)
		return taken;
	header_wait(conn, head, data + taken, len - taken);
	return -1;
}
