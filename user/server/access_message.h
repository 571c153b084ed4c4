/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ACCESS_MESSAGE_H
#define ACCESS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Lines as messages to the machine's own log: for syslog as RFC 3164 has it,
 * without the host, as programs of this machine send it, of facility daemon and
 * severity info, tag detour; for the journal in its own protocol, as MESSAGE.
 */

/* A socket for messages to syslog or the journal, which does not wait. Returns
 * it, or -errno with error_set(). */
int access_message_open(bool journal);

/*
 * access_message_send - send a line
 * @fd: of access_message_open() with the same @journal
 *
 * Returns 0 or -errno, without error_set(): -EMSGSIZE for a line that is longer
 * than a message may be, -EPIPE where whoever was bound there is gone.
 */
int access_message_send(int fd, bool journal, const char *line, size_t len);

#endif
