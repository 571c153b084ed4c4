/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_KEYS_H
#define FORMAT_HAPROXY_KEYS_H

struct haproxy;
struct haproxy_step;

/* Find the keys of the map of a step's action: the first of equal ones counts,
 * and of several beginnings the longest. Returns 0, or -ENOMEM with
 * error_set(); the action says why a map cannot be read. */
int haproxy_keys(struct haproxy *haproxy, struct haproxy_step *step);

#endif
