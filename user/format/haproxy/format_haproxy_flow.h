/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_FLOW_H
#define FORMAT_HAPROXY_FLOW_H

struct format_region;
struct haproxy;
struct haproxy_steps;

/*
 * haproxy_flow - add what becomes of the requests of a region to haproxy->first
 *
 * Steps that are never reached are marked. Returns 0, -ENOMEM with error_set(),
 * or -E2BIG without for conditions that are too many.
 */
int haproxy_flow(struct haproxy *haproxy, struct haproxy_steps *steps,
		 const struct format_region *region);

#endif
