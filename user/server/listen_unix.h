/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LISTEN_UNIX_H
#define LISTEN_UNIX_H

struct listen_address;

/*
 * listen_unix_open - listen on a path
 *
 * Its mode and owner are right before anybody gets in. The file of a socket that
 * nobody listens on is removed before; any other file stays. address receives
 * which file it is. Sets the umask while it works. Returns the socket, or
 * -errno: -EADDRINUSE if somebody listens there, or it is another file.
 */
int listen_unix_open(struct listen_address *address, int backlog);

/* Remove the file, if it is still that socket's, and this user may. */
void listen_unix_remove(const struct listen_address *address);

#endif
