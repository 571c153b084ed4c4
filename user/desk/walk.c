// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "host.h"
#include "map_level.h"
#include "map_lookup.h"
#include "request.h"
#include "walk.h"

static unsigned int key_target_len(const struct map_key *key)
{
	return key->path_len + key->has_query + key->query_len;
}

static void key_copy(struct map_key *to, const struct map_key *from)
{
	to->https = from->https;
	to->host_len = from->host_len;
	to->path_len = from->path_len;
	to->query_len = from->query_len;
	to->has_query = from->has_query;
	memcpy(to->host, from->host, from->host_len);
	memcpy(to->path, from->path, key_target_len(from));
}

bool walk_begin(struct walk *walk, const struct map *map, bool https,
		const char *host, unsigned int host_len, const char *target,
		unsigned int target_len)
{
	walk->map = map;
	walk->key.https = https;
	if (host_len > LIMIT_HOST)
		return false;
	walk->key.host_len = host_len;
	memcpy(walk->key.host, host, host_len);
	return !request_path(&walk->key, target, target_len);
}

/* The port that the authority ends with is the scheme's. */
static bool port_is_usual(const struct walk *walk, const char *authority,
			  size_t len)
{
	const char *colon = memrchr(authority, ':', len);

	if (!colon || memchr(colon, ']', authority + len - colon))
		return true;
	len -= colon + 1 - authority;
	return !len ||
	       host_port(colon + 1, len) == (walk->key.https ? 443 : 80);
}

/* Take the URL apart; its fragment is no part of a request. */
static bool url_read(struct walk *walk)
{
	const char *at = walk->url, *end = memchr(at, '#', walk->len);
	size_t len;
	ssize_t n;

	if (!end)
		end = at + walk->len;
	walk->key.https = walk->len > 4 && (at[4] | 0x20) == 's';
	at += walk->key.https ? 8 : 7;
	for (len = 0; at + len < end && at[len] != '/' && at[len] != '?';)
		len++;
	if (!port_is_usual(walk, at, len))
		return false;
	n = host_request((char *)walk->key.host, at, len);
	if (n < 0)
		return false;
	walk->key.host_len = n;
	return !request_path(&walk->key, at + len, end - at - len);
}

static bool host_stays(const struct walk *walk)
{
	const struct map_key *a = &walk->key, *b = &walk->before;

	return a->host_len == b->host_len &&
	       !memcmp(a->host, b->host, a->host_len);
}

bool walk_knows(const struct map *map, const char *host, size_t len)
{
	const uint8_t *name = (const uint8_t *)host, *end = name + len;
	struct map_level_cost cost;

	if (map_level_cost(map, MAP_KIND_HOST, name, len, &cost))
		return true;
	for (; name < end; name++)
		if (*name == '.' && map_level_cost(map, MAP_KIND_WILD, name + 1,
						   end - name - 1, &cost))
			return true;
	return false;
}

bool walk_on(struct walk *walk)
{
	key_copy(&walk->before, &walk->key);
	walk->asked = walk->len;
	walk->addr = 0;
	if (!url_read(walk))
		return false;
	walk->addr = map_lookup(walk->map, &walk->key);
	if (walk->key.search.last && !host_stays(walk) &&
	    !walk_knows(walk->map, (char *)walk->key.host, walk->key.host_len))
		walk->addr = 0;
	if (!walk->addr)
		return false;
	walk->found = map_found(walk->map, &walk->key);
	walk->len =
		answer_location(walk->url, walk->map, walk->addr, &walk->key);
	return walk->len;
}

bool walk_path_stays(const struct walk *walk)
{
	const struct map_key *a = &walk->key, *b = &walk->before;

	return a->path_len == b->path_len && a->has_query == b->has_query &&
	       a->query_len == b->query_len &&
	       !memcmp(a->path, b->path, key_target_len(a));
}

bool walk_stays(const struct walk *walk)
{
	return host_stays(walk) && walk_path_stays(walk);
}

bool walk_turns(const struct walk *walk)
{
	return walk->key.https != walk->before.https;
}
