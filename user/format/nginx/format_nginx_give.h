/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_GIVE_H
#define FORMAT_NGINX_GIVE_H

struct format_first_entry;
struct format_region;
struct nginx;
struct nginx_giver;

/* Let the list say what its expressions and prefixes have in common, and tell
 * of the rest. Returns as format_first_cross(). */
int nginx_cross(struct nginx *nginx);

/* Give the rules of what has been run. Returns 0 or -errno with error_set(). */
int nginx_give(struct nginx *nginx);

/* The same for single rules, as a format_first_give_fn. NULL with error_set()
 * when memory is short; closing accepts NULL. */
struct nginx_giver *nginx_giver_open(struct nginx *nginx);
int nginx_giver_give(void *giver, const struct format_region *region,
		     const struct format_first_entry *entry);
void nginx_giver_close(struct nginx_giver *giver);

#endif
