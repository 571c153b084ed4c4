/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_METRIC_H
#define FAST_METRIC_H

#include <stdint.h>

/* What routes ask of connections (ip-route(8)), the smallest of each; 0: none
 * asks for anything. Where an interface has a smaller MTU for IPv6, its routes of
 * IPv6 count as if they had that one. */
struct fast_metrics {
	uint32_t mss[2];   /* advmss, or what mtu leaves; IPv6's, IPv4's */
	uint32_t segments; /* initrwnd */
	uint32_t window;
};

/*
 * fast_metric_read - what the routes that lead out by an interface ask for
 *
 * Those of all tables of this network namespace, by way of the VLAN devices on
 * the interface and the bridge, bond or VRF that it is a port of, too. Routes
 * by a nexthop object that do not say their interface count as well.
 * Returns 0 or -errno with error_set().
 */
int fast_metric_read(struct fast_metrics *metrics, uint32_t ifindex);

#endif
