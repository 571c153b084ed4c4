/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_KEY_H
#define MAP_KEY_H

#include <stddef.h>
#include <string.h>

#include "lookup_key.h"

/* What the map is asked for by a request in normal form; target is path and
 * query. */
static inline void map_key_of(struct map_key *key, const char *host,
			      const char *target)
{
	size_t len = strlen(target), path_len = strcspn(target, "?");

	memset(key, 0xa5, sizeof(*key)); /* nothing behind the texts counts */
	key->method_other = key->https = 0;
	key->host_len = strlen(host);
	memcpy(key->host, host, key->host_len);
	memcpy(key->path, target, len);
	key->path_len = path_len;
	key->has_query = path_len < len;
	key->query_len = path_len < len ? len - path_len - 1 : 0;
}

#endif
