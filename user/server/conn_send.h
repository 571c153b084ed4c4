/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONN_SEND_H
#define CONN_SEND_H

struct conn;

/* Send the answers of this turn at once; what the socket does not take is kept.
 * The connection may be closed after it. */
void conn_send(struct conn *conn);

/* Send what was kept: 1 if nothing is left, 0 if something is, or -errno. */
int conn_flush(struct conn *conn);

/* Have the kernel acknowledge what was read, if no answer will do so at once: a
 * client's next segment may wait for it. */
void conn_acknowledge(struct conn *conn);

#endif
