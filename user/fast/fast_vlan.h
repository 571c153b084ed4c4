/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_VLAN_H
#define FAST_VLAN_H

#include <stdbool.h>

#include "fast_device.h"
#include "fast_note.h"

/*
 * VLAN devices on an interface whose card takes the tag out of the frame: XDP
 * then sees frames for them without one, and so would reply.
 */

/*
 * fast_vlan_check - whether an interface of this network namespace is like that
 * @list: all interfaces
 *
 * The VLANs of a bridge that it is a port of count, too. Returns 0, or -ENOTSUP
 * with error_set().
 */
int fast_vlan_check(const struct fast_device_list *list,
		    const struct fast_device *device, struct fast_notes *notes);

/*
 * fast_vlan_judge - the decision
 * @stripped: whether the tag is taken out
 */
int fast_vlan_judge(const struct fast_device_list *list,
		    const struct fast_device *device, bool stripped,
		    struct fast_notes *notes);

/* Whether the card takes it out (ethtool's rxvlan); not, if it does not say. */
bool fast_vlan_stripped(const char *interface);

#endif
