/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XDP_LOAD_RAW_H
#define XDP_LOAD_RAW_H

#include <stdint.h>

#include "xdp_load_target.h"

/* What virtual clients send from user space: begins and ends. */

/* A packet socket on the target's interface: a descriptor, or -errno with
 * error_text(). */
int load_raw_open(const struct load_target *target);

/* Send a segment without data, of a client with a number and one of its lanes,
 * with TCP flags SYN or RST. A full queue is no error: what is lost times
 * out. Returns 0, or -errno with error_text(). */
int load_raw_syn(int fd, const struct load_target *target, uint32_t client,
		 uint32_t lane, uint32_t seq);
int load_raw_rst(int fd, const struct load_target *target, uint32_t client,
		 uint32_t lane, uint32_t seq);

#endif
