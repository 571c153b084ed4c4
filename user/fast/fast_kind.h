/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_KIND_H
#define FAST_KIND_H

#include <stdbool.h>
#include <stdint.h>

#include "fast_device.h"
#include "fast_link.h"
#include "fast_note.h"

/*
 * Kinds of interfaces: what the programs see there, whether a reply leaves
 * rightly, and whether what is handed over keeps its socket up to the IP layer.
 * detour-fastpath(7) has the same list.
 */

/* Whether bridges give IPv4 and IPv6 to netfilter, by the sysctls of this
 * network namespace. */
struct fast_kind_host {
	bool filter; /* br_netfilter is there */
	bool call_ipv4, call_ipv6;
};

/* Read whether bridges of this network namespace give packets to netfilter. */
void fast_kind_host(struct fast_kind_host *host);

/*
 * What an interface is to the fast path, in indices of interfaces.
 * @mac:   the one whose address its frames have
 * @heard: itself, or 0 if its packets come to listeners by another, which the
 *         programs cannot ask for
 * @vrf:   the VRF that it is a port of, or 0
 */
struct fast_kind {
	uint32_t mac, heard, vrf;
};

/*
 * fast_kind_judge - whether the fast path can work on an interface
 * @list:  all interfaces, this one among them
 * @mode:  that was asked for
 * @notes: receives what is to be said although it can
 *
 * Returns 0, or -ENOTSUP with error_set(), which names the interface in the
 * way and what to do.
 */
int fast_kind_judge(const struct fast_device_list *list,
		    const struct fast_device *device,
		    const struct fast_kind_host *host, enum fast_mode mode,
		    struct fast_kind *kind, struct fast_notes *notes);

/*
 * fast_kind_mode - the mode to attach in, which is auto where the driver is to
 * decide
 * @notes: receives why it is generic, and what native needs
 */
enum fast_mode fast_kind_mode(const struct fast_device_list *list,
			      const struct fast_device *device,
			      enum fast_mode mode, struct fast_notes *notes);

/* Whether an interface is this one, or one that its packets pass on their way
 * up: the bridge that it is a port of, VLANs and the like on either. */
bool fast_kind_above(const struct fast_device_list *list, uint32_t ifindex,
		     const struct fast_device *device);

#endif
