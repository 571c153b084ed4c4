/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LISTEN_ADDRESS_H
#define LISTEN_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

/* Numeric address and port, as a socket takes them, or a path. */
struct listen_address {
	struct sockaddr_storage addr;
	socklen_t len;
	int optional; /* one family of "*": absent when the machine has none */
	bool https;   /* what comes there came by TLS */
	bool proxy;   /* it begins with a header of the PROXY protocol */
	/* The descriptor of the socket that all workers accept from; 0: each
	 * has one of its own. */
	int shared;
	bool given; /* ... by the service manager, which keeps it */
	/* Of a path: whose it is to be, -1 as it comes, and which file it is,
	 * once it is there. */
	mode_t mode;
	uid_t user;
	gid_t group;
	dev_t device;
	ino_t inode;
};

#endif
