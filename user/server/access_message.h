/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ACCESS_MESSAGE_H
#define ACCESS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

struct access_sink;

/* Lines as messages to the machine's own log. */

#define ACCESS_SYSLOG_PATH "/dev/log"
#define ACCESS_JOURNAL_PATH "/run/systemd/journal/socket"

/* A socket for messages to the one that is bound there. Returns it, or -errno
 * with error_set(). */
int access_message_open(const char *path);

/*
 * access_message_send - send a line
 *
 * For syslog as RFC 3164 has it, without the host, as programs of this machine
 * send it: facility daemon, severity info, tag detour. For the journal in its own
 * protocol, as MESSAGE.
 *
 * Where whoever reads has been started anew, the socket is, too. Returns whether
 * it is done with: it was sent, or is longer than any message may be.
 */
bool access_message_send(struct access_sink *sink, const char *line,
			 size_t len);

#endif
