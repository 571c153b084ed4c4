/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_NETNS_H
#define FAST_NETNS_H

#include <stdbool.h>

/*
 * fast_netns_exec - whether this process was started by "ip netns exec"
 *
 * That gives it a /sys of its own, which is without the bpf file system and
 * goes with it, and whose source is named like the network namespace.
 */
bool fast_netns_exec(void);

#endif
