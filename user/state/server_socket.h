/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_SOCKET_H
#define SERVER_SOCKET_H

#include <stdbool.h>

/*
 * The sockets that a server has beside its announcement (server_list.h), where
 * other processes ask it. Each has the announcement's name with a suffix behind.
 */
enum server_socket_kind {
	SERVER_SOCKET_COUNTERS, /* serve_stats_socket.h */
	SERVER_SOCKET_LOOK,	/* serve_look_socket.h */
	SERVER_SOCKETS,
};

/* Room for a suffix, terminated. */
enum { SERVER_SOCKET_SUFFIX = 16 };

/* The suffix, with its dot. */
const char *server_socket_suffix(enum server_socket_kind kind);

/* Whether a file below servers/ is a socket by its name, no announcement. */
bool server_socket_named(const char *name);

/* Remove those of an announcement, by its name in the folder dir. */
void server_socket_forget(int dir, const char *name);

/*
 * server_socket_make - make the socket; what is left there is removed
 * @path: of the announcement, up to PATH_MAX bytes
 *
 * Everybody may connect. Sets the umask while it works: no other thread may make
 * files meanwhile. Returns it, or -errno with error_set().
 */
int server_socket_make(const char *path, enum server_socket_kind kind);

/*
 * server_socket_replace - have another socket in place of one that is waited on
 * @fd: the one that there is, or -1; who waits on it wakes up
 * @by: the other one; it is closed or moved there
 *
 * Returns 0 or -errno, and *fd is as it was.
 */
int server_socket_replace(int *fd, int by);

/*
 * server_socket_connect - connect to a server
 * @path:    of its announcement
 * @seconds: that this and each later call for the socket may wait
 *
 * Returns the socket, or -errno: -ENOENT or -ECONNREFUSED where no server
 * answers, -ETIMEDOUT.
 */
int server_socket_connect(const char *path, enum server_socket_kind kind,
			  int seconds);

#endif
