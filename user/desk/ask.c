// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "ask.h"
#include "map_level.h"
#include "map_lookup.h"
#include "map_text.h"
#include "request.h"

bool ask_begin(struct ask *ask, const struct map *map, bool https,
	       const char *host, size_t host_len, const char *path, size_t len)
{
	ask->map = map;
	ask->key.https = https;
	if (host_len > LIMIT_HOST || len > LIMIT_PATH)
		return false;
	ask->key.host_len = host_len;
	memcpy(ask->key.host, host, host_len);
	return !request_path(&ask->key, path, len);
}

bool ask_answers(struct ask *ask)
{
	return map_lookup(ask->map, &ask->key) != 0;
}

static int rule_take(void *arg, const struct map *map, uint32_t host,
		     uint32_t addr)
{
	struct ask *ask = arg;
	int err = map_rule_text(&ask->met, &ask->buffer, map, host, addr);

	return err ? err : 1;
}

bool ask_rule(struct ask *ask)
{
	return map_levels_each(ask->map, &ask->key, rule_take, ask) > 0;
}

bool ask_first(struct ask *ask)
{
	return map_level_each(ask->map, MAP_KIND_FIRST, (const uint8_t *)"", 0,
			      &ask->key, rule_take, ask) > 0;
}
