/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_MAP_H
#define FORMAT_APACHE_MAP_H

struct apache_giving;
struct apache_map_use;

/* Give a rule for each line of the map, at a host. Returns 0 or -errno with
 * error_set(). */
int apache_map_give(struct apache_giving *giving,
		    const struct apache_map_use *use, const char *host);

#endif
