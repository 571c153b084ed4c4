/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVE_LOOK_H
#define SERVE_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "serve_look_socket.h"

/*
 * A server's side of its look socket: a thread that gives descriptors to those
 * who may have them. These are root, the server's user, and the owner and the
 * group of the state directory.
 */
struct serve_look;

/* Who asked. */
struct look_asker;

/* What a module has to be looked at. */
struct look_offer {
	/* Call look_give() for each descriptor: 0 or -errno. In the thread of
	 * the look socket, at any time from serve_look_start() to _close(). */
	int (*give)(struct look_asker *asker, void *arg);
	/* Somebody looks from now on, or nobody any more; in that thread, the
	 * first before give(). NULL: nobody needs to know, and a connection
	 * ends when all is given. */
	void (*watched)(bool on, void *arg);
	void *arg;
};

/* serve_look_new - a server's side without a socket: 0 or -ENOMEM with
 * error_set(). @state: outlives it */
int serve_look_new(struct serve_look **look, const char *state);

/* Have something to be looked at. Before serve_look_start(), once for each kind;
 * where none is there the answer is -EOPNOTSUPP. */
void serve_look_offer(struct serve_look *look, enum look_kind kind,
		      const struct look_offer *offer);

/*
 * look_give - give a descriptor; it remains the caller's
 * @fd:   memory with the seal F_SEAL_SHRINK, open for reading only unless the
 *        seals keep others from writing
 * @id, name: tell it from the others; up to LOOK_NAME - 1 bytes
 *
 * Waits for a second at most. Returns 0, or -errno when the asker is gone.
 */
int look_give(struct look_asker *asker, int fd, uint64_t id, const char *name);

/*
 * serve_look_listen - have a socket
 * @path: of the announcement
 * @fd:   from server_socket_make(), or -1: it is made here
 *
 * May be called again where the announcement is another one. Who connects waits
 * until serve_look_start(). Returns 0 or -errno with error_set().
 */
int serve_look_listen(struct serve_look *look, const char *path, int fd);

/* Answer from a thread of its own, until the close; 0 or -errno with
 * error_set(). Nothing to do without a socket. */
int serve_look_start(struct serve_look *look);

/* Removes the socket; nobody looks any more. Accepts NULL. */
void serve_look_close(struct serve_look *look);

#endif
