/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_HOSTS_H
#define MAP_HOSTS_H

struct host_set;
struct map;

/*
 * map_hosts - add the hosts that stand in a map's own file
 *
 * Those of an overlay's lower map are not among them. Returns 0, or -errno with
 * error_set(): -EBADMSG for a damaged map.
 */
int map_hosts(const struct map *map, struct host_set *set);

#endif
