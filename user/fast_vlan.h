/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_VLAN_H
#define FAST_VLAN_H

#include <stdbool.h>
#include <stdio.h>

/*
 * VLAN devices on an interface whose card takes the tag out of the frame: XDP
 * then sees frames for them without one, and so would reply.
 */

/*
 * fast_vlan_check - whether an interface of this network namespace is like that
 *
 * Returns 0, or -ENOTSUP with error_set(). VLAN devices on a bond or bridge
 * that the interface is a port of are not looked for.
 */
int fast_vlan_check(const char *interface);

/*
 * fast_vlan_judge - the decision
 * @config:   the kernel's list of VLAN devices (/proc/net/vlan/config); what is
 *            no such line is passed over
 * @stripped: whether the tag is taken out
 */
int fast_vlan_judge(FILE *config, const char *interface, bool stripped);

/* Whether the card takes it out (ethtool's rxvlan); not, if it does not say. */
bool fast_vlan_stripped(const char *interface);

#endif
