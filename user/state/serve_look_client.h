/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVE_LOOK_CLIENT_H
#define SERVE_LOOK_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "serve_look_socket.h"

struct server_list_entry;

/* Looking at what running servers have (serve_look.h). */

/* A memory that a server gave. Its bytes may be wrong in any way. */
struct look_found {
	const struct server_list_entry *server;
	int fd; /* closed behind the call, unless it is set to -1 */
	uint64_t id;
	char name[LOOK_NAME];
};

/*
 * serve_look_ask - ask one server
 * @path:   of its announcement
 * @server: for found->server
 * @fn:     gets each memory; not 0 ends it, and is what is returned
 *
 * Waits for up to two seconds for each. Returns a connection that says by its
 * life that somebody looks, to be closed; readable when the server ends, and at
 * once where the kind needs none. Or -errno with error_set(): -ENOENT,
 * -ECONNREFUSED, -ECONNRESET where no server answers or one of another version;
 * -EACCES where this user may not look; -EOPNOTSUPP where it has no such thing;
 * -EBUSY, -ETIMEDOUT, -EBADMSG.
 */
int serve_look_ask(const char *path, enum look_kind kind,
		   const struct server_list_entry *server,
		   int (*fn)(struct look_found *found, void *arg), void *arg);

/*
 * serve_look_each - ask all servers of a state directory
 * @fn:     as above
 * @failed: told, with error_text(), of each that runs and could not be asked
 *
 * Returns 0, what fn returned if that was not 0, or -errno with error_set().
 */
int serve_look_each(const char *state, enum look_kind kind,
		    int (*fn)(struct look_found *found, void *arg),
		    void (*failed)(const struct server_list_entry *server,
				   int err, void *arg),
		    void *arg);

/*
 * look_map - map a memory for reading
 * @size: receives its bytes, at least least
 *
 * One that could be cut short under the reader is refused. Returns 0 or -errno
 * with error_set(). It goes with munmap().
 */
int look_map(const struct look_found *found, size_t least, const void **memory,
	     size_t *size);

#endif
