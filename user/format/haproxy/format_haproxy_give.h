/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_GIVE_H
#define FORMAT_HAPROXY_GIVE_H

struct format_first_entry;
struct format_region;
struct haproxy;
struct haproxy_giver;

/* Give the rules of all that is in haproxy->first. Returns 0 or -errno with
 * error_set(). */
int haproxy_give(struct haproxy *haproxy);

/* Give rules of one entry after the other, without the list. Open returns NULL
 * with error_set() when memory is short; close accepts NULL. */
struct haproxy_giver *haproxy_giver_open(struct haproxy *haproxy);
int haproxy_giver_give(void *giver, const struct format_region *region,
		       const struct format_first_entry *entry);
void haproxy_giver_close(struct haproxy_giver *giver);

#endif
