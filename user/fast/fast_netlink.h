/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_NETLINK_H
#define FAST_NETLINK_H

#include <libmnl/libmnl.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FAST_NETLINK_ROOM = 512, /* of a request */
	FAST_NETLINK_SAID = 160, /* of the kernel's words, with the final NUL */
};

/* A request for a buffer of FAST_NETLINK_ROOM bytes; the caller puts its header
 * and attributes behind it. */
struct nlmsghdr *fast_netlink_request(char *buffer, uint16_t type,
				      uint16_t flags);

/*
 * fast_netlink_ask - send a request and take all that the kernel answers
 * @bus:  NETLINK_ROUTE, NETLINK_SOCK_DIAG, of this network namespace
 * @fn:   is called for each message, or NULL
 * @said: receives why the kernel refuses, "" if it does not say; or NULL
 *
 * Returns 0 or -errno without error_set(): the kernel's, or -EINTR if a list
 * changed while it was read.
 */
int fast_netlink_ask(int bus, struct nlmsghdr *request, mnl_cb_t fn, void *arg,
		     char said[FAST_NETLINK_SAID]);

#endif
