/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIEW_MISSES_H
#define VIEW_MISSES_H

#include <jansson.h>

/*
 * view_misses_take - what visitors ask for and no rule matches
 * @problems: an array that receives what could not be read, for people
 *
 * Returns an object, or NULL where it cannot be read: "hosts" and "urls", arrays
 * of the first VIEW_MISSES_TOP of known hosts and as many of others: "host",
 * "path" (of a URL), "cut" (it stands for all that begins so), "known_host",
 * "count" (at least so often), "error" (at most so much more), "last" (Unix
 * time).
 */
json_t *view_misses_take(const char *state, json_t *problems);
enum { VIEW_MISSES_TOP = 50 };

#endif
