/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_RECEIVE_H
#define FAST_RECEIVE_H

#include <stdint.h>

#include "receive.h"

/*
 * fast_receive_read - what SYN-ACKs of an interface are to say
 * @mss: at most, 0: any
 *
 * As the kernel would: from the sysctls of this network namespace and the
 * routes that lead out by the interface, as they are now. Returns 0 or -errno
 * with error_set().
 */
int fast_receive_read(struct fast_receive *receive, uint32_t ifindex,
		      uint32_t mss);

/*
 * fast_receive_scale - the window scale that the kernel would choose
 * @rmem:  the largest receive buffer, of tcp_rmem or net.core.rmem_max
 * @clamp: the largest window of a route, 0: any
 */
uint32_t fast_receive_scale(uint32_t rmem, uint32_t clamp);

#endif
