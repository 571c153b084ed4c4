/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_DOMAIN_H
#define FAST_DOMAIN_H

#include <stddef.h>
#include <stdint.h>

/*
 * fast_domain - the number of an interface's domain (fastpath.h)
 *
 * It is the same for all interfaces of a network namespace that are of one VRF
 * device, or of none. One that is moved to another VRF has to be attached
 * again. Returns 0 or -errno with error_set().
 */
int fast_domain(const char *interface, uint32_t *domain);

/*
 * fast_domain_link - what the kernel says of an interface (rtnetlink(7))
 * @answer: to RTM_GETLINK, of len bytes
 * @master: receives the index of the interface that it is enslaved to, or 0
 * @vrf:    receives whether it is a VRF device
 *
 * Returns 0, or -1 for what is no such answer.
 */
int fast_domain_link(const void *answer, size_t len, uint32_t *master,
		     int *vrf);

#endif
