/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIEW_SERVERS_H
#define VIEW_SERVERS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * view_servers_take - the servers that run
 * @live:   the release that is live
 * @behind: set if one does not answer from it, or does not tell
 * @list:   receives an array with an object for each: "pid", "listen", "since"
 *          (Unix time), "release", "known" (whether it tells that), "current"
 *          (whether that is the live one), "layouts" (an array of the first and
 *          the last version of maps that it reads)
 *
 * Returns 0 or -errno with error_set().
 */
int view_servers_take(const char *state, uint64_t live, bool *behind,
		      json_t **list);

#endif
