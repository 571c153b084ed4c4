/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_UNREACHED_H
#define FORMAT_HAPROXY_UNREACHED_H

struct haproxy;
struct haproxy_steps;

/* Tell which steps and keys of maps no request comes to, after
 * haproxy_flow(). */
void haproxy_unreached(struct haproxy *haproxy,
		       const struct haproxy_steps *steps);

#endif
