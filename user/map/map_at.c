// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "hits.h"
#include "map_at.h"
#include "map_text.h"
#include "map_view.h"

static int host_note(struct map_at *at, uint32_t addr)
{
	const struct map_rule *rule = map_record(at->map, addr);
	size_t had = at->count;

	if (!(rule->flags & MAP_RULE_HOST) ||
	    rule->host > at->map->header.hosts)
		return 0;
	if (array_grow(&at->hosts, &at->count, (size_t)rule->host + 1,
		       sizeof(*at->hosts)))
		return error_sys(-ENOMEM, "cannot read the map");
	if (at->count > had)
		memset(at->hosts + had, 0,
		       (at->count - had) * sizeof(*at->hosts));
	at->hosts[rule->host] = addr;
	return 0;
}

int map_at_open(struct map_at *at, const struct map *map)
{
	uint64_t hosts = hits_slots(map_header(map), MAP_TABLE_HOSTS), i;
	int err = 0;

	*at = (struct map_at){.map = map};
	for (i = 1; i <= hosts && !err; i++)
		err = host_note(at, (uint32_t)i | MAP_ADDR_HOST);
	if (err)
		map_at_close(at);
	return err;
}

void map_at_close(struct map_at *at)
{
	free(at->hosts);
	*at = (struct map_at){NULL, NULL, 0};
}

int map_at_rule(const struct map_at *at, uint32_t addr, struct rule *rule,
		struct rule_buffer *buffer)
{
	const uint32_t none = MAP_RULE_HOST | MAP_RULE_MARKER | MAP_RULE_GONE;
	const struct map_rule *record;

	if (hits_index(map_header(at->map), addr) == HITS_NONE)
		return -EBADMSG;
	if (addr & MAP_ADDR_HOST)
		return map_rule_text(rule, buffer, at->map, addr, addr);
	record = map_record(at->map, addr);
	if (record->flags & none || record->host >= at->count ||
	    !at->hosts[record->host])
		return -EBADMSG;
	return map_rule_text(rule, buffer, at->map, at->hosts[record->host],
			     addr);
}
