/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_GIVE_H
#define FORMAT_HAPROXY_GIVE_H

struct haproxy;

/* Give the rules of all that is in haproxy->first. Returns 0 or -errno with
 * error_set(). */
int haproxy_give(struct haproxy *haproxy);

#endif
