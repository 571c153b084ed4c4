/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WEB_MAP_H
#define WEB_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map;

/* The live rules, for one thread that asks them. */
struct web_map;

/* Returns 0 or -ENOMEM with error_set(). */
int web_map_new(struct web_map **web, const char *state);

/*
 * web_map_live - the live map
 * @map:     receives it, NULL without rules; good until the next call of a
 *           function here
 * @release: receives its number
 *
 * Returns 0 or -errno with error_set().
 */
int web_map_live(struct web_map *web, const struct map **map,
		 uint64_t *release);

/*
 * web_map_host - whether a rule has a host by name, or by "*." and what is
 *                behind one of its dots; "*" does not count
 * @host: as a client names it
 *
 * Returns 1 or 0, or -errno with error_set(): -EINVAL for what is no host.
 */
int web_map_host(struct web_map *web, const char *host, size_t len);

/* Accepts NULL. */
void web_map_free(struct web_map *web);

#endif
