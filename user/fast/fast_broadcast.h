/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_BROADCAST_H
#define FAST_BROADCAST_H

#include <netinet/in.h>

/*
 * fast_broadcast_each - the broadcast addresses that the kernel takes for such
 *
 * Those of the IPv4 subnets of all interfaces of this network namespace, and
 * those that were set; some come more than once, 255.255.255.255 among them.
 * Ends when take returns other than 0. Returns that, or -errno with
 * error_set().
 */
int fast_broadcast_each(int (*take)(const struct in_addr *addr, void *arg),
			void *arg);

#endif
