/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LISTEN_H
#define LISTEN_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

#include "listen_address.h"

enum {
	LISTEN_MAX = 64,	/* addresses of one server */
	LISTEN_TEXT = 128,	/* room for one as text */
	LISTEN_BACKLOG = 65535, /* the kernel cuts it to somaxconn */
};

struct listen_set {
	struct listen_address address[LISTEN_MAX];
	size_t count;
};

/* The port, in network order: in the same place for both families. */
in_port_t *listen_port(struct listen_address *address);

/* Whether a set has an address and port, but 0, with other properties: which of
 * them it has there, as text; NULL: it has not. */
const char *listen_clashes(const struct listen_set *set,
			   const struct listen_address *address);

/*
 * listen_fix - replace port 0 by a port that is free
 *
 * Sockets have the mark of listener_mark.h before they listen.
 * The first worker's sockets decide. Both families of "*" get the same one.
 * Addresses of a family that the machine does not have are dropped if
 * optional. fds receives a listening socket for each address left.
 * Returns 0 or -errno with error_set(); then no socket is left open.
 */
int listen_fix(struct listen_set *set, int *fds);

/* listen_open - one more set of sockets for the same addresses
 *
 * Where one is shared it is a descriptor of that. */
int listen_open(const struct listen_set *set, int *fds);

/* Have nobody come any more to what is shared: paths of ours are removed, and the
 * set's own descriptors closed. What is given others keep. */
void listen_leave(struct listen_set *set);

/*
 * listen_waiting - how many connections wait to be accepted
 *
 * To call accept4() in vain costs much more than to ask. 1 if it is unknown.
 */
unsigned int listen_waiting(int fd);

/*
 * listen_prompt - have all connections from now on as soon as they are made
 *
 * Until then the kernel keeps them until they have data.
 */
void listen_prompt(int fd);

/* Whether a set has something that only a server in front comes to: of https or
 * proxy. */
bool listen_behind(const struct listen_set *set);

/* Whether a set has something of proxy where anybody might come to. */
bool listen_trusts(const struct listen_set *set);

static inline bool listen_is_path(const struct listen_address *address)
{
	return address->addr.ss_family == AF_UNIX;
}

/* An address as listen_parse() reads it; LISTEN_TEXT bytes of room. */
void listen_text(char *dst, const struct listen_address *address);

#endif
